/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an encoder's bytes go: a growing string, memory of the caller, or a writer in bounded
 * pieces. The encoder appends and never asks; the first failure is kept and all later bytes are
 * dropped.
 */
#ifndef PML_BASE_OUTPUT_H
#define PML_BASE_OUTPUT_H

#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef bool (*pml_write_fn)(const char *data, size_t size, void *ctx);

typedef struct pml_output {
    char *data;      /* where the next bytes go */
    size_t size;     /* how many are there */
    size_t capacity; /* how many fit; at least 1 */
    size_t passed;   /* how many bytes went through data before those */
    promlet_status status;
    void (*make_room)(struct pml_output *output); /* afterwards size < capacity */
    pml_write_fn write;
    void *write_ctx;
    char scratch[64]; /* takes bytes that nobody wants any more */
} pml_output;

/* A string that grows; take it with pml_output_take_string(). */
void pml_output_start_string(pml_output *output);

/* The string with a NUL behind it, owned by the caller; NULL when out of memory. */
char *pml_output_take_string(pml_output *output, size_t *length);

/* Memory of the caller; what doesn't fit is counted and dropped. */
void pml_output_start_memory(pml_output *output, char *data, size_t capacity);

/* All bytes that were appended, also those that did not fit. */
size_t pml_output_total(const pml_output *output);

/* Pieces of at most capacity bytes, collected in data, handed to write. */
void pml_output_start_writer(pml_output *output, char *data, size_t capacity, pml_write_fn write,
                             void *ctx);

/* Hands over the last piece; the status of the whole. */
promlet_status pml_output_finish_writer(pml_output *output);

/* For the inline function below: the part that does not fit. */
void pml_output_append_slowly(pml_output *output, const char *bytes, size_t size);

static inline void pml_output_append(pml_output *output, const char *bytes, size_t size)
{
    if (size <= output->capacity - output->size) {
        memcpy(output->data + output->size, bytes, size);
        output->size += size;
    } else {
        pml_output_append_slowly(output, bytes, size);
    }
}

static inline void pml_output_append_text(pml_output *output, const char *text)
{
    pml_output_append(output, text, strlen(text));
}

#endif
