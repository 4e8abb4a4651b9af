/* SPDX-License-Identifier: Apache-2.0 */
/* How the options of a server are read, whatever header its caller was compiled with. */
#ifndef PML_SERVER_OPTIONS_H
#define PML_SERVER_OPTIONS_H

#include <promlet/server.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

/* Fill in the defaults and check the rest. Members that the caller's header did not have are zero
   in the result. Strings are lent. Returns PROMLET_OK, or PROMLET_ERROR_ARGUMENT with a sentence.
 */
promlet_status pml_server_read_options(const promlet_server_opts *options, size_t options_size,
                                       promlet_server_opts *result);

/* Check the options that say where to listen, as the caller gave them: without defaults. Returns
   PROMLET_OK, or PROMLET_ERROR_ARGUMENT with a sentence. */
promlet_status pml_server_check_place(const promlet_server_opts *options);

/* Whether only those are answered who have a certificate or credentials, or whom the host lets in.
 */
bool pml_server_has_credentials(const promlet_server_opts *options);

#endif
