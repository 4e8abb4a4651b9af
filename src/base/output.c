/* SPDX-License-Identifier: Apache-2.0 */
/* The three destinations of encoded bytes. */
#include "base/output.h"

#include "base/alloc.h"

#define FIRST_STRING_SIZE 4096

/* Start over in the scratch space: the bytes so far are where they belong, or not wanted. */
static void start_piece(pml_output *output, char *data, size_t capacity)
{
    output->passed += output->size;
    output->size = 0;
    output->data = data;
    output->capacity = capacity;
}

static void drop_the_rest(pml_output *output)
{
    start_piece(output, output->scratch, sizeof output->scratch);
    output->make_room = drop_the_rest;
}

static void fail(pml_output *output, promlet_status status)
{
    output->status = status;
    drop_the_rest(output);
}

static void start(pml_output *output, void (*make_room)(pml_output *))
{
    output->size = 0;
    output->passed = 0;
    output->status = PROMLET_OK;
    output->make_room = make_room;
    output->write = NULL;
    output->write_ctx = NULL;
}

void pml_output_append_slowly(pml_output *output, const char *bytes, size_t size)
{
    while (size > 0) {
        if (output->size == output->capacity) {
            output->make_room(output);
        }
        size_t room = output->capacity - output->size;
        size_t part = size < room ? size : room;
        memcpy(output->data + output->size, bytes, part);
        output->size += part;
        bytes += part;
        size -= part;
    }
}

static void grow_string(pml_output *output)
{
    char *data = pml_resize_array(output->data, output->capacity, 2);
    if (data == NULL) {
        pml_free(output->data);
        fail(output, PROMLET_ERROR_MEMORY);
        return;
    }
    output->data = data;
    output->capacity *= 2;
}

void pml_output_start_string(pml_output *output)
{
    start(output, grow_string);
    output->data = pml_alloc(FIRST_STRING_SIZE);
    output->capacity = FIRST_STRING_SIZE;
    if (output->data == NULL) {
        fail(output, PROMLET_ERROR_MEMORY);
    }
}

char *pml_output_take_string(pml_output *output, size_t *length)
{
    pml_output_append(output, "", 1);
    if (output->status != PROMLET_OK) {
        return NULL;
    }
    if (length != NULL) {
        *length = output->size - 1;
    }
    return output->data;
}

void pml_output_start_memory(pml_output *output, char *data, size_t capacity)
{
    start(output, drop_the_rest);
    output->data = data;
    output->capacity = capacity;
    if (capacity == 0) {
        drop_the_rest(output);
    }
}

size_t pml_output_total(const pml_output *output)
{
    return output->passed + output->size;
}

static void hand_over(pml_output *output)
{
    if (output->write(output->data, output->size, output->write_ctx)) {
        start_piece(output, output->data, output->capacity);
    } else {
        fail(output, PROMLET_ERROR_WRITER);
    }
}

void pml_output_start_writer(pml_output *output, char *data, size_t capacity, pml_write_fn write,
                             void *ctx)
{
    start(output, hand_over);
    output->data = data;
    output->capacity = capacity;
    output->write = write;
    output->write_ctx = ctx;
}

promlet_status pml_output_finish_writer(pml_output *output)
{
    if (output->status == PROMLET_OK && output->size > 0) {
        hand_over(output);
    }
    return output->status;
}
