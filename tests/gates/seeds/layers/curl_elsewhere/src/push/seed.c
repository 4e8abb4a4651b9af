/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: what is pushed knows which library carries it. */
/* expect: push/handle.* and tool/fetch_curl.c may include it */
#include <curl/curl.h>
