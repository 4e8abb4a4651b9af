/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces of one size, so that memory for a large document need not be in one place, nothing is
 * copied as it grows, and what is free again fits the next document. Only where there would be very
 * many of them do they grow, so that a list of them is short.
 */
#include "http/body.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_CAPACITY 4

/* How many pieces have the usual size. Larger ones take longer: the C library gives their memory
   back to the system each time, which then makes it anew. */
#define USUAL_PIECES 256

/* What zlib can count. */
#define LARGEST_PIECE_BYTES ((size_t)64 << 20)

/* ---- The budget ---- */

void pml_http_budget_start(pml_http_budget *budget, size_t max)
{
    (void)pthread_mutex_init(&budget->lock, NULL);
    budget->used = 0;
    budget->max = max;
}

void pml_http_budget_end(pml_http_budget *budget)
{
    (void)pthread_mutex_destroy(&budget->lock);
}

/* held: what the same body has already. One that is alone may be as large as it likes. */
static bool take(pml_http_budget *budget, size_t size, size_t held)
{
    if (budget == NULL) {
        return true;
    }
    pthread_mutex_lock(&budget->lock);
    bool is_alone = budget->used == held;
    bool has_room = budget->used <= budget->max && size <= budget->max - budget->used;
    has_room = has_room || is_alone;
    budget->used += has_room ? size : 0;
    pthread_mutex_unlock(&budget->lock);
    return has_room;
}

static void give_back(pml_http_budget *budget, size_t size)
{
    if (budget != NULL && size > 0) {
        pthread_mutex_lock(&budget->lock);
        budget->used -= size;
        pthread_mutex_unlock(&budget->lock);
    }
}

/* ---- The body ---- */

void pml_http_body_start(pml_http_body *body, const pml_http_limits *limits)
{
    *body = (pml_http_body){.limits = *limits};
}

static bool fail(pml_http_body *body, pml_http_outcome outcome)
{
    body->outcome = outcome;
    return false;
}

bool pml_http_is_stopped(const pml_http_limits *limits)
{
    return limits->is_stopped != NULL && limits->is_stopped(limits->ctx);
}

bool pml_http_body_goes_on(pml_http_body *body)
{
    return pml_http_is_stopped(&body->limits) ? fail(body, PML_HTTP_STOPPED) : true;
}

static bool make_room_for_piece(pml_http_body *body)
{
    if (body->count < body->capacity) {
        return true;
    }
    size_t capacity = body->capacity == 0 ? LEAST_CAPACITY : 2 * body->capacity;
    promlet_http_piece *pieces = realloc(body->pieces, capacity * sizeof *pieces);
    if (pieces == NULL) {
        return false;
    }
    body->pieces = pieces;
    body->capacity = capacity;
    return true;
}

static size_t next_piece_bytes(const pml_http_body *body)
{
    size_t bytes = body->count < USUAL_PIECES ? PML_HTTP_PIECE_BYTES : body->held / 4;
    return bytes < LARGEST_PIECE_BYTES ? bytes : LARGEST_PIECE_BYTES;
}

static bool add_piece(pml_http_body *body)
{
    size_t bytes = next_piece_bytes(body);
    if (!take(body->limits.budget, bytes, body->held)) {
        return fail(body, PML_HTTP_OVER_BUDGET);
    }
    char *data = make_room_for_piece(body) ? malloc(bytes) : NULL;
    if (data == NULL) {
        give_back(body->limits.budget, bytes);
        return fail(body, PML_HTTP_NO_MEMORY);
    }
    body->pieces[body->count++] = (promlet_http_piece){data, 0};
    body->held += bytes;
    return true;
}

char *pml_http_body_reserve(pml_http_body *body, size_t *room)
{
    if (body->held == body->size && !add_piece(body)) {
        return NULL;
    }
    promlet_http_piece *last = &body->pieces[body->count - 1];
    *room = body->held - body->size;
    return (char *)last->data + last->size;
}

void pml_http_body_keep(pml_http_body *body, size_t size)
{
    body->pieces[body->count - 1].size += size;
    body->size += size;
}

bool pml_http_body_add(pml_http_body *body, const char *data, size_t size)
{
    while (size > 0) {
        size_t room;
        char *to = pml_http_body_reserve(body, &room);
        if (to == NULL) {
            return false;
        }
        size_t fitting = size < room ? size : room;
        memcpy(to, data, fitting);
        pml_http_body_keep(body, fitting);
        data += fitting;
        size -= fitting;
    }
    return true;
}

void pml_http_body_finish(pml_http_body *body)
{
    size_t room = body->held - body->size;
    if (room == 0) {
        return;
    }
    promlet_http_piece *last = &body->pieces[body->count - 1];
    void *data = realloc((void *)last->data, last->size);
    if (data != NULL) {
        last->data = data;
        body->held -= room;
        give_back(body->limits.budget, room);
    }
}

void pml_http_body_clear(pml_http_body *body)
{
    for (size_t i = 0; i < body->count; i++) {
        free((void *)body->pieces[i].data);
    }
    free(body->pieces);
    give_back(body->limits.budget, body->held);
    pml_http_limits limits = body->limits;
    pml_http_body_start(body, &limits);
}
