/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the command cannot be built without libcurl any more. */
/* expect: push/handle.* and tool/fetch_curl.c may include it */
#include <curl/curl.h>
