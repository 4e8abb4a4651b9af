/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the bytes that a fuzzer hands in as numbers and strings. At the end all is zero. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static inline uint8_t input_byte(input *from)
{
    if (from->left == 0) {
        return 0;
    }
    from->left--;
    return *from->at++;
}

/* One of 0 to count - 1. */
static inline size_t input_choice(input *from, size_t count)
{
    return input_byte(from) % count;
}

static inline uint64_t input_u64(input *from)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) {
        value = value << 8 | input_byte(from);
    }
    return value;
}

/* A string of so many bytes, cut at a NUL; room for one more is at out. */
static inline void input_bytes(input *from, char *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (char)input_byte(from);
    }
    out[size] = '\0';
}

#endif
