/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of instruments.c share. */
#ifndef FUZZ_INSTRUMENTS_H
#define FUZZ_INSTRUMENTS_H

#include "every_document.h"
#include "input.h"

#include <promlet/promlet.h>

#include <stddef.h>
#include <stdint.h>

#define PROGRAM_MOST_METRICS 16

typedef enum any_kind {
    ANY_COUNTER,
    ANY_GAUGE,
    ANY_HISTOGRAM,
    ANY_SUMMARY,
    ANY_UNKNOWN,
    ANY_INFO,
    ANY_STATE_SET,
    ANY_KINDS
} any_kind;

typedef struct any_metric {
    any_kind kind;
    void *of_library; /* a family, or one series */
    size_t label_count;
} any_metric;

/* One input at work. */
typedef struct program {
    input in;
    promlet_registry *registry;
    promlet_snapshot *kept; /* NULL: none */
    any_metric families[PROGRAM_MOST_METRICS];
    size_t family_count;
    any_metric series[PROGRAM_MOST_METRICS];
    size_t series_count;
    input emitted[4]; /* what each collector reads */
    size_t collector_count;
    double answers[4]; /* of each callback */
    size_t callback_count;
    document_cuts cuts;
    size_t check_count;
    promlet_db_client *db_client; /* NULL: not yet */
    uint8_t trace;                /* what the hook makes its context of */
} program;

void do_declare_any(program *self);
void do_look_up_any(program *self);
void do_record_any(program *self);
void do_record_traced(program *self);
void do_end_family(program *self);
void do_collect(program *self);
void do_use_db_client(program *self);

#endif
