/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds the bounds and labels of README.md and draws the values and series from its generator. The
 * peers have their own copies, in their languages.
 */
#include "streams.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERRORS = 8 };

double bench_values[BENCH_STREAM];
uint8_t bench_order[BENCH_STREAM];
const char *bench_labels[BENCH_STREAM][BENCH_LABELS];

const double bench_bounds9[BENCH_BOUNDS9] = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10};

const double bench_bounds20[BENCH_BOUNDS20] = {0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01,
                                               0.02,   0.05,   0.1,    0.2,   0.5,   1,     2,
                                               5,      10,     20,     30,    40,    50};

const char *const bench_label_names[BENCH_LABELS] = {
    "db_system_name", "db_namespace", "db_collection_name", "db_operation_name", "error_type"};

static const char *const operations[BENCH_SERIES / ERRORS] = {
    "put",        "get",           "select",       "exists",    "remove",
    "touch",      "append",        "prepend",      "increment", "operate",
    "batch_read", "batch_operate", "batch_remove", "query",     "scan"};

static const char *const errors[ERRORS] = {"",
                                           "Timeout",
                                           "Connection",
                                           "KeyNotFoundError",
                                           "KeyExistsError",
                                           "GenerationError",
                                           "FilteredOut",
                                           "InvalidArgument"};

/* xorshift64*. */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u;
}

void bench_labels_of(size_t series, const char *values[BENCH_LABELS])
{
    values[0] = "aerospike";
    values[1] = "test";
    values[2] = "users";
    values[3] = operations[series / ERRORS];
    values[4] = errors[series % ERRORS];
}

static const char *copy_of(const char *string)
{
    char *copy = strdup(string);
    if (copy == NULL) {
        fputs("bench: out of memory\n", stderr);
        exit(1);
    }
    return copy;
}

void bench_streams_draw(void)
{
    uint64_t state = 88172645463325252u;
    double low = log(1e-5);
    double high = log(20);
    for (size_t i = 0; i < BENCH_STREAM; i++) {
        double unit = (double)(draw(&state) >> 11) * 0x1p-53;
        bench_values[i] = exp(low + unit * (high - low));
    }
    for (size_t i = 0; i < BENCH_STREAM; i++) {
        bench_order[i] = (uint8_t)(draw(&state) % BENCH_SERIES);
    }
    for (size_t i = 0; i < BENCH_STREAM; i++) {
        const char *values[BENCH_LABELS];
        bench_labels_of(bench_order[i], values);
        for (size_t label = 0; label < BENCH_LABELS; label++) {
            bench_labels[i][label] = copy_of(values[label]);
        }
    }
}

/* FNV-1a. */
static uint64_t hash_byte(uint64_t hash, uint64_t byte)
{
    return (hash ^ byte) * 1099511628211u;
}

/* In billionths: exp() and log() may differ by a last bit from one language to the next. */
static uint64_t hash_numbers(uint64_t hash, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t billionths = (uint64_t)(numbers[i] * 1e9 + 0.5);
        for (unsigned shift = 0; shift < 64; shift += 8) {
            hash = hash_byte(hash, billionths >> shift & 255);
        }
    }
    return hash;
}

static uint64_t hash_strings(uint64_t hash, const char *const strings[BENCH_LABELS])
{
    for (size_t i = 0; i < BENCH_LABELS; i++) {
        for (const char *at = strings[i]; *at != '\0'; at++) {
            hash = hash_byte(hash, (unsigned char)*at);
        }
        hash = hash_byte(hash, 0);
    }
    return hash;
}

uint64_t bench_streams_checksum(void)
{
    uint64_t hash = 14695981039346656037u;
    hash = hash_numbers(hash, bench_bounds9, BENCH_BOUNDS9);
    hash = hash_numbers(hash, bench_bounds20, BENCH_BOUNDS20);
    hash = hash_numbers(hash, bench_values, BENCH_STREAM);
    hash = hash_strings(hash, bench_label_names);
    for (size_t i = 0; i < BENCH_STREAM; i++) {
        hash = hash_strings(hash, bench_labels[i]);
    }
    return hash;
}
