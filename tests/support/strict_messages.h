/* SPDX-License-Identifier: Apache-2.0 */
/* For strict_protobuf.h: the messages of the format, and the rules that each must keep. */
#ifndef TESTS_SUPPORT_STRICT_MESSAGES_H
#define TESTS_SUPPORT_STRICT_MESSAGES_H

#include "support/strict_wire.h"

bool wire_same_bytes(wire_bytes a, wire_bytes b);

/* One of the messages that a document consists of. */
extern const wire_message wire_family_message;

#endif
