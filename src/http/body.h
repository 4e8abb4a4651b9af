/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of an answer: a chain of pieces, which grows as they are made. Knows nothing of what
   the bytes mean. */
#ifndef PML_HTTP_BODY_H
#define PML_HTTP_BODY_H

#include <promlet/http.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* How many bytes many bodies may have together, also those that slow clients are still reading; a
   single one may have more. It must outlive them. */
typedef struct pml_http_budget {
    pthread_mutex_t lock; /* Guards `used`; nothing else is locked while it is held. */
    size_t used;
    size_t max;
} pml_http_budget;

void pml_http_budget_start(pml_http_budget *budget, size_t max);
void pml_http_budget_end(pml_http_budget *budget);

/* Who has a say while a body is made, which may take long. */
typedef struct pml_http_limits {
    pml_http_budget *budget;       /* NULL: there is no limit. */
    bool (*is_stopped)(void *ctx); /* Asked between pieces; true gives it up. NULL: never. */
    void *ctx;
} pml_http_limits;

bool pml_http_is_stopped(const pml_http_limits *limits);

/* The usual size of a piece, which holds most documents as a whole. It is below that from which the
   C library has the system make memory anew for each block, 128 KiB. */
#define PML_HTTP_PIECE_BYTES ((size_t)112 * 1024)

/* What has become of it. */
typedef enum pml_http_outcome {
    PML_HTTP_MADE,
    PML_HTTP_NO_MEMORY,
    PML_HTTP_OVER_BUDGET,
    PML_HTTP_STOPPED,
} pml_http_outcome;

/* Pieces are full but for the last one. */
typedef struct pml_http_body {
    pml_http_limits limits; /* Lent: the budget until the body is cleared, the rest until then. */
    promlet_http_piece *pieces;
    size_t count;
    size_t capacity; /* of `pieces` */
    size_t size;     /* the bytes of all pieces */
    size_t held;     /* the memory of all pieces, as the budget has it */
    bool is_gzip;
    pml_http_outcome outcome; /* The first failure is kept. */
} pml_http_body;

/* An empty body. limits: copied. */
void pml_http_body_start(pml_http_body *body, const pml_http_limits *limits);

/* Whether to go on with it. */
bool pml_http_body_goes_on(pml_http_body *body);

/* Room for at least one byte behind what is there, and how much it is. NULL, with the outcome set,
   when there is none. */
char *pml_http_body_reserve(pml_http_body *body, size_t *room);

/* Keeps what was written there, which may be nothing. */
void pml_http_body_keep(pml_http_body *body, size_t size);

/* Appends bytes. False, with the outcome set, when that fails. */
bool pml_http_body_add(pml_http_body *body, const char *data, size_t size);

/* Gives back what the last piece has too much, once all bytes are there, at least one. */
void pml_http_body_finish(pml_http_body *body);

/* Frees the pieces; what is left is an empty body, as after its start. */
void pml_http_body_clear(pml_http_body *body);

#endif
