/* SPDX-License-Identifier: Apache-2.0 */
/* Whether bytes begin with a request that everybody reads alike; those with a NUL are not judged.
 */
#ifndef FUZZ_SOUND_H
#define FUZZ_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool is_sound_request(const uint8_t *bytes, size_t size);

#endif
