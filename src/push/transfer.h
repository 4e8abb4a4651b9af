/* SPDX-License-Identifier: Apache-2.0 */
/* One request to the gateway and its answer, by libcurl. */
#ifndef PML_PUSH_TRANSFER_H
#define PML_PUSH_TRANSFER_H

#include "push/config.h"

#include <stddef.h>

/* How a request has ended. */
typedef enum pml_push_outcome {
    PML_PUSH_DONE,            /* The gateway has taken it. */
    PML_PUSH_FAILED_NAME,     /* The name of gateway or proxy leads to no address. */
    PML_PUSH_FAILED_CONNECT,  /* Nobody listens there, or there is no way to it. */
    PML_PUSH_FAILED_TLS,      /* The two sides don't trust or understand each other. */
    PML_PUSH_FAILED_TIMEOUT,  /* It took too long. */
    PML_PUSH_FAILED_ANSWER,   /* What came is no whole answer of HTTP. */
    PML_PUSH_FAILED_STATUS,   /* The answer is a refusal. */
    PML_PUSH_FAILED_INTERNAL, /* Out of memory, or the metrics could not be had. */
    PML_PUSH_OUTCOMES,
} pml_push_outcome;

/* How much of what the gateway says is kept, and where it may point to. */
#define PML_PUSH_TEXT_SIZE 256

typedef struct pml_push_request {
    const char *method;       /* In capitals. */
    const char *content_type; /* NULL: there is no body. */
    const char *body;
    size_t body_size;
} pml_push_request;

typedef struct pml_push_answer {
    pml_push_outcome outcome;
    long http_status;              /* 0: there was none. */
    char text[PML_PUSH_TEXT_SIZE]; /* What the gateway said, or what libcurl says of the failure. */
    char location[PML_PUSH_TEXT_SIZE]; /* Where a redirect points to; "" for nowhere. */
} pml_push_answer;

/* Asks the gateway, and waits for the answer, though never beyond the times of the options. */
void pml_push_transfer(const pml_push_config *config, const pml_push_request *request,
                       pml_push_answer *answer);

#endif
