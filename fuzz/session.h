/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations of registry.c share: one input at work, and how a fault is reported. */
#ifndef FUZZ_SESSION_H
#define FUZZ_SESSION_H

#include "input.h"
#include "model.h"

#include <promlet/promlet.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_VIEWS 24
#define MOST_HANDLES 32
#define MOST_SNAPSHOTS 4

typedef struct handle {
    model_family *family;
    model_series *series;
    void *of_library;
} handle;

typedef struct kept_snapshot {
    promlet_snapshot *snapshot;
    model_expectation *expected;
} kept_snapshot;

/* A family, or a view of it. */
typedef struct family_view {
    model_family *family;
    void *of_library;
    char *fixed[PROMLET_MAX_LABELS]; /* NULL: the label is not fixed */
} family_view;

/* What a call that takes label values is given, and what it comes to. */
typedef struct label_values {
    const char *given[PROMLET_MAX_LABELS + 1];
    size_t given_count;
    const char *all[PROMLET_MAX_LABELS];
} label_values;

/* One input at work. */
typedef struct session {
    input in;
    promlet_registry *registry;
    model model;
    family_view views[MOST_VIEWS];
    size_t view_count;
    handle handles[MOST_HANDLES];
    size_t handle_count;
    kept_snapshot snapshots[MOST_SNAPSHOTS];
    size_t max_label_value_bytes; /* options of the registry */
    size_t max_memory_bytes;
} session;

/* Ends the process, which is how a fuzzer notices. */
__attribute__((format(printf, 1, 2), noreturn)) static inline void finding(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("finding: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    abort();
}

static inline void forget_last_error(void)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
}

static inline bool has_failed(void)
{
    return promlet_last_error()[0] != '\0';
}

/* ---- what the files offer each other -----------------------------------------------------------
 */

/* One of the families and views; NULL without any. */
family_view *choose_view(session *self);

/* One of the handles, NULL when there is none or it records nothing. */
handle *choose_handle(session *self);

/* A value for each label that the view does not fix. */
label_values read_values(session *self, const family_view *view);

/* At the end of a session. */
void forget_views(session *self);

/* Operations: each reads its arguments from the input. */
void do_declare(session *self);
void do_look_up(session *self);
void do_look_up_badly(session *self);
void do_record(session *self);
void do_record_by(session *self);
void do_record_by_badly(session *self);
void do_release(session *self);
void do_remove(session *self);
void do_remove_matching(session *self);
void do_clear(session *self);
void do_unregister(session *self);
void do_unregister_by_name(session *self);
void do_scrape(session *self);
void do_take_snapshot(session *self);
void do_read_snapshot(session *self);
void do_release_snapshot(session *self);
void do_set_budget(session *self);
void do_configure(session *self);
void do_look_up_by_name(session *self);
void do_curry(session *self);
void do_switch(session *self);
void do_set_limits(session *self);
void do_declare_idle(session *self);
void do_let_expire(session *self);
void do_record_extreme(session *self);
void do_take_filtered(session *self);
void do_take_at_once(session *self);
void do_merge(session *self);
void do_check_formats(session *self);

#endif
