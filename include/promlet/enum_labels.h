/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels whose values are enums: all series exist from the start, at zero, and their handles stand
 * in an array that the enums index, so recording looks nothing up.
 *
 *     #include <promlet/promlet.h>
 *     #define METHODS(VALUE) VALUE(METHOD_GET, "GET") VALUE(METHOD_POST, "POST")
 *     #define STATUSES(VALUE) VALUE(STATUS_OK, "200") VALUE(STATUS_NOT_FOUND, "404")
 *     enum method { METHODS(PROMLET_ENUMERATOR) };
 *     enum status { STATUSES(PROMLET_ENUMERATOR) };
 *     PROMLET_ENUM_LABEL(method, "method", METHODS);
 *     PROMLET_ENUM_LABEL(status, "status", STATUSES);
 *     PROMLET_TABLE(counter, requests, method, status);
 *     int main(void)
 *     {
 *         promlet_counter_table_new(&requests, NULL, &(promlet_opts){
 *             .name = "requests_total", .help = "Requests served."});
 *         promlet_counter_inc(requests.by[METHOD_GET][STATUS_OK]);
 *     }
 *
 * A constant that is not among the values is beyond the array, and compilers warn of that
 * (-Warray-bounds: clang always, gcc with -Wall and -O2). Until promlet_counter_table_new() the
 * handles are NULL; recording on them counts in promlet_dropped_total{reason="invalid_handle"}.
 */
#ifndef PROMLET_ENUM_LABELS_H
#define PROMLET_ENUM_LABELS_H

#include <promlet/counter.h>
#include <promlet/export.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/registry.h>
#include <promlet/state_set.h>
#include <promlet/summary.h>
#include <promlet/unknown.h>

#include <stddef.h>

/** The most enums that index one table. */
#define PROMLET_MAX_TABLE_LABELS 3

/** A label whose values are the enumerators 0 to count - 1. Made by PROMLET_ENUM_LABEL. */
typedef struct promlet_enum_label {
    const char *name;         /**< Of the label. */
    size_t count;             /**< How many enumerators there are. */
    const int *enumerators;   /**< Each once, in any order. */
    const char *const *texts; /**< Their values as label values. */
} promlet_enum_label;

/** The labels of a table. */
typedef struct promlet_table_labels {
    size_t count;                                           /**< How many. */
    const promlet_enum_label *at[PROMLET_MAX_TABLE_LABELS]; /**< In order of the indexes. */
} promlet_table_labels;

/** One enumerator, for `enum method { METHODS(PROMLET_ENUMERATOR) };`. */
#define PROMLET_ENUMERATOR(enumerator, text) enumerator,

/**
 * At file scope or in a function: makes an enum a label. The values are a macro that lists each
 * enumerator once with its text, as METHODS above; the enumerators must be 0, 1, 2 and so on, as
 * those of an enum without explicit numbers are. The enum may have been there before.
 */
#define PROMLET_ENUM_LABEL(tag, label, VALUES)                                                     \
    enum { tag##_promlet_count = 0 VALUES(PROMLET_ENUM_LABEL_ONE) };                               \
    static const int tag##_promlet_enumerators[] = {VALUES(PROMLET_ENUMERATOR)};                   \
    static const char *const tag##_promlet_texts[] = {VALUES(PROMLET_ENUM_LABEL_TEXT)};            \
    static const promlet_enum_label tag##_promlet_label = {                                        \
        label, (size_t)tag##_promlet_count, tag##_promlet_enumerators, tag##_promlet_texts}
#define PROMLET_ENUM_LABEL_ONE(enumerator, text) +1
#define PROMLET_ENUM_LABEL_TEXT(enumerator, text) text,

/**
 * At file scope or in a function: a static table of handles by one to three enums, such as
 * PROMLET_TABLE(counter, requests, method, status). Its fields: `by`, the handles, an array with
 * one index an enum; and `family`, for all else that can be done with one. What fills it is
 * promlet_counter_table_new(); likewise for gauge, histogram, summary, state_set and unknown.
 */
#define PROMLET_TABLE(kind, name, ...)                                                             \
    PROMLET_TABLE_PICK(__VA_ARGS__, PROMLET_TABLE_3, PROMLET_TABLE_2, PROMLET_TABLE_1, )           \
    (kind, name, __VA_ARGS__)
#define PROMLET_TABLE_PICK(a, b, c, picked, ...) picked
#define PROMLET_TABLE_1(kind, name, a)                                                             \
    static struct {                                                                                \
        promlet_table_labels labels;                                                               \
        promlet_##kind##_family *family;                                                           \
        promlet_##kind *by[a##_promlet_count];                                                     \
    } name = {{1, {&a##_promlet_label, NULL, NULL}}, NULL, {NULL}}
#define PROMLET_TABLE_2(kind, name, a, b)                                                          \
    static struct {                                                                                \
        promlet_table_labels labels;                                                               \
        promlet_##kind##_family *family;                                                           \
        promlet_##kind *by[a##_promlet_count][b##_promlet_count];                                  \
    } name = {{2, {&a##_promlet_label, &b##_promlet_label, NULL}}, NULL, {{NULL}}}
#define PROMLET_TABLE_3(kind, name, a, b, c)                                                       \
    static struct {                                                                                \
        promlet_table_labels labels;                                                               \
        promlet_##kind##_family *family;                                                           \
        promlet_##kind *by[a##_promlet_count][b##_promlet_count][c##_promlet_count];               \
    } name = {{3, {&a##_promlet_label, &b##_promlet_label, &c##_promlet_label}}, NULL, {{{NULL}}}}

PROMLET_BEGIN_DECLS

/**
 * Declare the family of a table and create all its series at zero. Called as
 * promlet_counter_table_new(&table, registry, options), once, before anybody records.
 *
 * labels        the table's; see PROMLET_TABLE.
 * handles       the table's, which are filled: a row a value of the first label, and so on.
 * registry      NULL: the default one.
 * options       copied, as for promlet_counter_family_new_sized(), but labels must be left out.
 *               With max_series at 0, there is room for all series of the table.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: the family, never NULL; as promlet_counter_family_new_sized(). On an error, also of an
 * enum whose enumerators are not 0, 1, 2 and so on (PROMLET_ERROR_ARGUMENT), the handles record
 * nothing.
 * Thread-safe: yes, for different tables. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_counter_family *promlet_counter_table_fill(const promlet_table_labels *labels,
                                                               promlet_counter **handles,
                                                               promlet_registry *registry,
                                                               const promlet_opts *options,
                                                               size_t options_size);

/**
 * The same for a table of gauges: promlet_gauge_table_new(&table, registry, options).
 *
 * labels        the table's; see PROMLET_TABLE.
 * handles       the table's, which are filled.
 * registry      NULL: the default one.
 * options       copied, as for promlet_gauge_family_new_sized(), but labels must be left out.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: the family, never NULL.
 * Thread-safe: yes, for different tables. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_gauge_family *promlet_gauge_table_fill(const promlet_table_labels *labels,
                                                           promlet_gauge **handles,
                                                           promlet_registry *registry,
                                                           const promlet_opts *options,
                                                           size_t options_size);

/**
 * The same for a table of histograms: promlet_histogram_table_new(&table, registry, options).
 *
 * labels        the table's; see PROMLET_TABLE.
 * handles       the table's, which are filled.
 * registry      NULL: the default one.
 * options       copied, as for promlet_histogram_family_new_sized(), but labels must be left out.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: the family, never NULL.
 * Thread-safe: yes, for different tables. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_histogram_family *promlet_histogram_table_fill(
    const promlet_table_labels *labels, promlet_histogram **handles, promlet_registry *registry,
    const promlet_opts *options, size_t options_size);

/**
 * The same for a table of summaries: promlet_summary_table_new(&table, registry, options).
 *
 * labels        the table's; see PROMLET_TABLE.
 * handles       the table's, which are filled.
 * registry      NULL: the default one.
 * options       copied, as for promlet_summary_family_new_sized(), but labels must be left out.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: the family, never NULL.
 * Thread-safe: yes, for different tables. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_summary_family *promlet_summary_table_fill(const promlet_table_labels *labels,
                                                               promlet_summary **handles,
                                                               promlet_registry *registry,
                                                               const promlet_opts *options,
                                                               size_t options_size);

/**
 * The same for a table of state sets: promlet_state_set_table_new(&table, registry, options).
 *
 * labels        the table's; see PROMLET_TABLE.
 * handles       the table's, which are filled.
 * registry      NULL: the default one.
 * options       copied, as for promlet_state_set_family_new_sized(), but labels must be left out.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: the family, never NULL.
 * Thread-safe: yes, for different tables. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_state_set_family *promlet_state_set_table_fill(
    const promlet_table_labels *labels, promlet_state_set **handles, promlet_registry *registry,
    const promlet_opts *options, size_t options_size);

/**
 * The same for a table of unknowns: promlet_unknown_table_new(&table, registry, options).
 *
 * labels        the table's; see PROMLET_TABLE.
 * handles       the table's, which are filled.
 * registry      NULL: the default one.
 * options       copied, as for promlet_unknown_family_new_sized(), but labels must be left out.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: the family, never NULL.
 * Thread-safe: yes, for different tables. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_unknown_family *promlet_unknown_table_fill(const promlet_table_labels *labels,
                                                               promlet_unknown **handles,
                                                               promlet_registry *registry,
                                                               const promlet_opts *options,
                                                               size_t options_size);

PROMLET_END_DECLS

#ifdef __cplusplus
/* promlet_X_table_new() for one instrument. */
#define PROMLET_TABLE_NEW(instrument)                                                              \
    template <class Table>                                                                         \
    void promlet_##instrument##_table_new(Table *table, promlet_registry *registry,                \
                                          const promlet_opts *options)                             \
    {                                                                                              \
        table->family = promlet_##instrument##_table_fill(                                         \
            &table->labels, reinterpret_cast<promlet_##instrument **>(table->by), registry,        \
            options, sizeof(promlet_opts));                                                        \
    }
PROMLET_TABLE_NEW(counter)
PROMLET_TABLE_NEW(gauge)
PROMLET_TABLE_NEW(histogram)
PROMLET_TABLE_NEW(summary)
PROMLET_TABLE_NEW(state_set)
PROMLET_TABLE_NEW(unknown)
#undef PROMLET_TABLE_NEW
#else
/* The arguments that a table gives. */
#define PROMLET_TABLE_PARTS(instrument, table)                                                     \
    &(table)->labels, (promlet_##instrument **)(table)->by
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_counter_table_new(table, ...)                                                      \
    ((void)((table)->family = promlet_counter_table_fill(PROMLET_TABLE_PARTS(counter, table),      \
                                                         __VA_ARGS__, sizeof(promlet_opts))))
#define promlet_gauge_table_new(table, ...)                                                        \
    ((void)((table)->family = promlet_gauge_table_fill(PROMLET_TABLE_PARTS(gauge, table),          \
                                                       __VA_ARGS__, sizeof(promlet_opts))))
#define promlet_histogram_table_new(table, ...)                                                    \
    ((void)((table)->family = promlet_histogram_table_fill(PROMLET_TABLE_PARTS(histogram, table),  \
                                                           __VA_ARGS__, sizeof(promlet_opts))))
#define promlet_summary_table_new(table, ...)                                                      \
    ((void)((table)->family = promlet_summary_table_fill(PROMLET_TABLE_PARTS(summary, table),      \
                                                         __VA_ARGS__, sizeof(promlet_opts))))
#define promlet_state_set_table_new(table, ...)                                                    \
    ((void)((table)->family = promlet_state_set_table_fill(PROMLET_TABLE_PARTS(state_set, table),  \
                                                           __VA_ARGS__, sizeof(promlet_opts))))
#define promlet_unknown_table_new(table, ...)                                                      \
    ((void)((table)->family = promlet_unknown_table_fill(PROMLET_TABLE_PARTS(unknown, table),      \
                                                         __VA_ARGS__, sizeof(promlet_opts))))
#endif

#endif
