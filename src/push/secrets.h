/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway, or what stands in its place, may show in its answer the request that it refuses. */
#ifndef PML_PUSH_SECRETS_H
#define PML_PUSH_SECRETS_H

#include <promlet/push.h>

/* Makes stars of the password and the token of the options, and of what the header Authorization
   has, in a text that may be cut at its end. */
void pml_push_hide_secrets(const promlet_push_opts *options, char *text);

#endif
