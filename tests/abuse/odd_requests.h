/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are odd, malformed, smuggled or too large, and what each must get. */
#ifndef PML_TESTS_ABUSE_ODD_REQUESTS_H
#define PML_TESTS_ABUSE_ODD_REQUESTS_H

#include <stddef.h>

typedef struct odd_request {
    const char *name;
    /* The statuses that come back, as "200 404", and "." where the connection is closed after them:
       "." alone is a close without an answer. Without "." it stays open for a good request. */
    const char *expected;
    const char *bytes;
    size_t size;
    /* So many bytes of this string, again and again, follow, and then the tail. NULL: nothing does.
     */
    const char *filling;
    size_t filling_size;
    const char *tail;
} odd_request;

extern const odd_request odd_requests[];
extern const size_t odd_request_count;

/* All bytes of a request, to be freed, and how many they are. The process ends without memory. */
char *odd_request_bytes(const odd_request *request, size_t *size);

#endif
