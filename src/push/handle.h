/* SPDX-License-Identifier: Apache-2.0 */
/* Handles of libcurl. */
#ifndef PML_PUSH_HANDLE_H
#define PML_PUSH_HANDLE_H

#include <curl/curl.h>

/* A new handle, for curl_easy_cleanup(). libcurl is made ready for the process by the first one.
   Returns NULL when that fails or memory is out. */
CURL *pml_push_handle_new(void);

#endif
