/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout of the cells (cell.h) and of the notes (static.h), as PROMLET_CELL_ABI 1 froze it.
 * Programs have it compiled into them, so a library of another layout would let them write to the
 * wrong place. Compiled as C and as C++; run, it checks the notes of its own file-scope metrics.
 *
 * When this file no longer compiles or fails, the layout has changed. Either undo that, or, when it
 * must change:
 *   1. raise PROMLET_CELL_ABI in cell.h;
 *   2. give the functions at the end of cell.h names with the new number (promlet_cell2_...), so
 *      that older programs fail to link, and keep none of the old names;
 *   3. see to it that notes with the old number are still refused (static_metrics.c);
 *   4. only then write the new layout down here, under the new number, in place of this one.
 * A field that is added at the end of a struct is a change, too: cells stand in programs.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dl_iterate_phdr() */
#endif

#include <promlet/inline.h>
#include <promlet/promlet.h>

#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if PROMLET_CELL_ABI != 1
#error "PROMLET_CELL_ABI has changed: write the new layout down here, see above"
#endif

#ifdef __cplusplus
#define HOLDS(condition) static_assert(condition, "the layout has changed: see layout.c")
#else
#define HOLDS(condition) _Static_assert(condition, "the layout has changed: see layout.c")
#endif

/* ---- structs --------------------------------------------------------------------------------- */

/* A field is of this type, and at this offset. */
#define FIELD(name, field, type, offset)                                                           \
    HOLDS(offsetof(struct name, field) == (offset));                                               \
    HOLDS(sizeof(((struct name *)0)->field) == sizeof(type));                                      \
    __attribute__((unused)) static type *field_##name##_##field(struct name *of)                   \
    {                                                                                              \
        return &of->field;                                                                         \
    }

/* A struct has this size, and no more fields than the values: -Wextra warns of one without. */
#define WHOLE(name, size, ...)                                                                     \
    HOLDS(sizeof(struct name) == (size));                                                          \
    HOLDS(alignof_##name == sizeof(void *));                                                       \
    __attribute__((unused)) static const struct name name##_fields = {__VA_ARGS__};

#define ALIGNMENT(name)                                                                            \
    struct name##_behind_char {                                                                    \
        char first;                                                                                \
        struct name second;                                                                        \
    };                                                                                             \
    enum { alignof_##name = offsetof(struct name##_behind_char, second) }

/* Written with 8 bytes for a pointer; where it has 4, the words alone are aligned to 8 or 4. */
#if UINTPTR_MAX == UINT64_MAX

ALIGNMENT(promlet_bound_table);
FIELD(promlet_bound_table, first_slot, int64_t, 0)
FIELD(promlet_bound_table, last_slot, int64_t, 8)
FIELD(promlet_bound_table, shift, unsigned, 16)
FIELD(promlet_bound_table, span, unsigned, 20)
WHOLE(promlet_bound_table, 24, 0, 0, 0, 0)

ALIGNMENT(promlet_bounds);
FIELD(promlet_bounds, count, size_t, 0)
FIELD(promlet_bounds, values, const double *, 8)
FIELD(promlet_bounds, table, const struct promlet_bound_table *, 16)
WHOLE(promlet_bounds, 24, 0, NULL, NULL)

ALIGNMENT(promlet_spread);
FIELD(promlet_spread, cells, char *, 0)
FIELD(promlet_spread, stride, size_t, 8)
FIELD(promlet_spread, rseq_offset, int64_t, 16)
FIELD(promlet_spread, cell_count, uint32_t, 24)
WHOLE(promlet_spread, 32, NULL, 0, 0, 0)

ALIGNMENT(promlet_counter);
FIELD(promlet_counter, series, void *, 0)
FIELD(promlet_counter, spread, struct promlet_spread *, 8)
FIELD(promlet_counter, whole, uint64_t, 16)
FIELD(promlet_counter, fraction, uint64_t, 24)
WHOLE(promlet_counter, 32, NULL, NULL, 0, 0)

ALIGNMENT(promlet_gauge);
FIELD(promlet_gauge, series, void *, 0)
FIELD(promlet_gauge, value, uint64_t, 8)
WHOLE(promlet_gauge, 16, NULL, 0)

ALIGNMENT(promlet_histogram);
FIELD(promlet_histogram, series, void *, 0)
FIELD(promlet_histogram, spread, struct promlet_spread *, 8)
FIELD(promlet_histogram, bounds, const struct promlet_bounds *, 16)
FIELD(promlet_histogram, buckets, uint64_t *, 24)
FIELD(promlet_histogram, sum, uint64_t, 32)
WHOLE(promlet_histogram, 40, NULL, NULL, NULL, NULL, 0)

ALIGNMENT(promlet_summary);
FIELD(promlet_summary, series, void *, 0)
FIELD(promlet_summary, spread, struct promlet_spread *, 8)
FIELD(promlet_summary, sketch, struct promlet_sketch *, 16)
FIELD(promlet_summary, sum, uint64_t, 24)
FIELD(promlet_summary, count, uint64_t, 32)
WHOLE(promlet_summary, 40, NULL, NULL, NULL, 0, 0)

#else
#error "write the layout for this pointer size down here"
#endif

/* A word, and nothing else in its cache line. */
FIELD(promlet_switch, flags, uint32_t, 0)
HOLDS(sizeof(struct promlet_switch) == 64);
HOLDS(PROMLET_SWITCH_OFF == 1 && PROMLET_SWITCH_TRACED == 2);

/* The words of a per-CPU cell. */
HOLDS(PROMLET_COUNTER_WHOLE == 0 && PROMLET_COUNTER_FRACTION == 1 && PROMLET_COUNTER_WORDS == 2);
HOLDS(PROMLET_HISTOGRAM_SUM == 0 && PROMLET_HISTOGRAM_COUNTS == 1);
HOLDS(PROMLET_SUMMARY_SUM == 0 && PROMLET_SUMMARY_COUNT == 1 && PROMLET_SUMMARY_WORDS == 2);

/* What programs use under these names; run_layout looks for them in the shared library. */
extern struct promlet_switch *const layout_switch;
extern void (*const layout_add_whole)(struct promlet_spread *, size_t, uint64_t *, uint64_t);
extern void (*const layout_add_real)(struct promlet_spread *, size_t, uint64_t *, double);
extern void (*const layout_observe)(struct promlet_spread *, size_t, double);
extern void (*const layout_note)(struct promlet_sketch *, double);
extern void (*const layout_counter_add_u64)(struct promlet_counter *, uint64_t);
extern void (*const layout_counter_add)(struct promlet_counter *, double);
extern void (*const layout_histogram_observe)(struct promlet_histogram *, double);
extern void (*const layout_refuse)(const void *, double);
extern void (*const layout_refuse_null)(void);
struct promlet_switch *const layout_switch = &promlet_cell1_switch;
void (*const layout_add_whole)(struct promlet_spread *, size_t, uint64_t *,
                               uint64_t) = promlet_cell1_add_whole;
void (*const layout_add_real)(struct promlet_spread *, size_t, uint64_t *,
                              double) = promlet_cell1_add_real;
void (*const layout_observe)(struct promlet_spread *, size_t, double) = promlet_cell1_observe;
void (*const layout_note)(struct promlet_sketch *, double) = promlet_cell1_note;
void (*const layout_counter_add_u64)(struct promlet_counter *,
                                     uint64_t) = promlet_cell1_counter_add_u64;
void (*const layout_counter_add)(struct promlet_counter *, double) = promlet_cell1_counter_add;
void (*const layout_histogram_observe)(struct promlet_histogram *,
                                       double) = promlet_cell1_histogram_observe;
void (*const layout_refuse)(const void *, double) = promlet_cell1_refuse;
void (*const layout_refuse_null)(void) = promlet_cell1_refuse_null;

/* ---- notes ----------------------------------------------------------------------------------- */

PROMLET_STATIC_COUNTER(layout_counter, "layout_total", "Counter.");
PROMLET_STATIC_GAUGE(layout_gauge, "layout_gauge", "Gauge.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(layout_histogram, "layout_histogram", "Histogram.", 1, 2, 4);

PROMLET_STATIC_SUMMARY(layout_summary, "layout_summary", "Summary.");

/* A note as it stands in the file: three words of 4 bytes, the owner, nine words of 8 bytes, the
   first of which is the ABI. Distances are counted from the word that holds them. */
static const uint32_t note_header[3] = {8, 72, 1}; /* sizes of owner and content, type */
static const char note_owner[8] = "promlet";
enum { CONTENT = sizeof note_header + sizeof note_owner, NOTE_SIZE = CONTENT + 72 };

enum { ABI, KIND, NAME, HELP, CELL, BOUNDS, BOUND_COUNT, BUCKETS, SEEN };

struct expected_note {
    uint64_t kind;
    const char *name;
    const char *help;
    const void *cell;
    const void *bounds;
    uint64_t bound_count;
    const void *buckets;
    int is_found;
};

static int is_note(const unsigned char *at)
{
    return memcmp(at, note_header, sizeof note_header) == 0 &&
           memcmp(at + sizeof note_header, note_owner, sizeof note_owner) == 0;
}

static uint64_t word_of(const unsigned char *note, int at)
{
    uint64_t word;
    memcpy(&word, note + CONTENT + at * 8, sizeof word);
    return word;
}

static const void *target_of(const unsigned char *note, int at)
{
    return note + CONTENT + at * 8 + (int64_t)word_of(note, at);
}

static int is_as_expected(const unsigned char *note, const struct expected_note *expected)
{
    return word_of(note, ABI) == 1 && word_of(note, KIND) == expected->kind &&
           strcmp((const char *)target_of(note, HELP), expected->help) == 0 &&
           target_of(note, CELL) == expected->cell && target_of(note, BOUNDS) == expected->bounds &&
           word_of(note, BOUND_COUNT) == expected->bound_count &&
           target_of(note, BUCKETS) == expected->buckets &&
           *(const uint64_t *)target_of(note, SEEN) == 0;
}

static int visit_module(struct dl_phdr_info *module, size_t size, void *ctx)
{
    struct expected_note *expected = (struct expected_note *)ctx;
    (void)size;
    for (int i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        const unsigned char *at = (const unsigned char *)(module->dlpi_addr + segment->p_vaddr);
        if (segment->p_type != PT_NOTE) {
            continue;
        }
        for (size_t left = segment->p_memsz; left >= NOTE_SIZE; left -= 4, at += 4) {
            if (is_note(at) && strcmp((const char *)target_of(at, NAME), expected->name) == 0) {
                expected->is_found += is_as_expected(at, expected) ? 1 : 100;
            }
        }
    }
    return 0;
}

/* Exactly one note has the name, and it is as expected. */
static int check_note(struct expected_note expected)
{
    (void)dl_iterate_phdr(visit_module, &expected);
    if (expected.is_found != 1) {
        printf("layout: the note of %s is not as PROMLET_CELL_ABI 1 has it\n", expected.name);
    }
    return expected.is_found == 1;
}

int main(void)
{
    const struct expected_note counter = {
        1, "layout_total", "Counter.", layout_counter, layout_counter, 0, layout_counter, 0};
    const struct expected_note gauge = {2, "layout_gauge", "Gauge.", layout_gauge, layout_gauge,
                                        0, layout_gauge,   0};
    const struct expected_note histogram = {3,
                                            "layout_histogram",
                                            "Histogram.",
                                            layout_histogram,
                                            layout_histogram->bounds->values,
                                            3,
                                            layout_histogram->buckets,
                                            0};
    const struct expected_note summary = {
        4, "layout_summary", "Summary.", layout_summary, layout_summary, 0, layout_summary, 0};
    return check_note(counter) & check_note(gauge) & check_note(histogram) & check_note(summary)
               ? 0
               : 1;
}
