/* SPDX-License-Identifier: Apache-2.0 */
/* What is pushed where, as it was asked for: checked, with defaults filled in, and copied, so that
   it can outlive the call. */
#ifndef PML_PUSH_CONFIG_H
#define PML_PUSH_CONFIG_H

#include <promlet/push.h>

#include <stddef.h>

typedef struct pml_push_config {
    promlet_push_opts options; /* Strings are copies, and instance is there when it is wanted. */
    char *url;                 /* Of the group, encoded; without a password. */
    char *proxy_password;      /* As the proxy is told it; NULL: none. */
} pml_push_config;

/* Returns PROMLET_OK, or PROMLET_ERROR_ARGUMENT, _PERMISSION, _MEMORY or _SYSTEM with the last
   error set and nothing to free. */
promlet_status pml_push_config_new(const promlet_push_opts *options, size_t options_size,
                                   pml_push_config **config);

/* NULL is allowed. */
void pml_push_config_free(pml_push_config *config);

#endif
