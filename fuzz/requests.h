/* SPDX-License-Identifier: Apache-2.0 */
/* A request that bytes describe, and a model that says how it is answered. */
#ifndef FUZZ_REQUESTS_H
#define FUZZ_REQUESTS_H

#include "input.h"

#include <promlet/http.h>

#include <stdbool.h>
#include <stddef.h>

/* The names that a query asks for. */
typedef struct asked_names {
    char *all[PROMLET_MAX_QUERY_NAMES];
    size_t count;
    size_t bytes;
} asked_names;

/* What malloc() and its like return; without memory the process ends. */
void *made(void *memory);

promlet_http_request read_request(input *in);
void free_request(const promlet_http_request *request);

bool is_head(const promlet_http_request *request);

/* The status that must come back, and for which names. */
int expect_status(const promlet_http_request *request, asked_names *wanted);
void free_names(asked_names *wanted);

#endif
