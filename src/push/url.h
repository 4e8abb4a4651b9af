/* SPDX-License-Identifier: Apache-2.0 */
/* The URL of a group, from that of the gateway; and what the proxy's URL holds. */
#ifndef PML_PUSH_URL_H
#define PML_PUSH_URL_H

#include <promlet/push.h>

/* Writes the URL of the group that the options name; to be freed with free(). Returns PROMLET_OK,
   PROMLET_ERROR_ARGUMENT for a gateway's URL that is none, or PROMLET_ERROR_MEMORY, with the last
   error set. */
promlet_status pml_push_url_of_group(const promlet_push_opts *options, char **url);

/* Writes the password that the proxy is told, decoded, or NULL if there is none; to be wiped and
   freed with free(). Returns PROMLET_OK, PROMLET_ERROR_ARGUMENT for a proxy that is none, or
   PROMLET_ERROR_MEMORY, with the last error set, which shows nothing of it. */
promlet_status pml_push_password_of_proxy(const promlet_push_opts *options, char **password);

#endif
