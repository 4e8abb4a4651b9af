/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway, or what stands in its place, may show in its answer the request that it refuses, and
   libcurl a proxy that it can't use. */
#ifndef PML_PUSH_SECRETS_H
#define PML_PUSH_SECRETS_H

#include "push/config.h"

/* Makes stars of the password and the token of the options, of the proxy's user and password, and
   of what the header Authorization has, in a text that may be cut at its end. */
void pml_push_hide_secrets(const pml_push_config *config, char *text);

#endif
