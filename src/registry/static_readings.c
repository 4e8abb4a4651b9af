/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that a module holds must be copied inside the loader's lock, since afterwards the
 * module may be gone. Memory must not be asked for in there: a program's allocator may want the
 * same lock while it holds its own, as heap profilers do that unwind the stack. So a first visit
 * measures, and a second one fills memory that was made in between; if modules were loaded
 * meanwhile and it does not suffice, both are done again.
 */
#include "registry/static_readings.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "series/spread.h"

#include <promlet/static.h>

#include <string.h>

/* How much of each sort of memory is needed, or used. */
typedef struct extent {
    size_t readings;
    size_t words; /* 8 bytes each: captured words, and bounds */
    size_t chars;
} extent;

/* One visit that fills. */
struct filling {
    pml_static_readings *readings;
    uint64_t *words;
    char *chars;
    extent room;
    extent used;
    bool is_too_small;
};

const pml_kind *pml_static_kind_of(const pml_static_note *note)
{
    bool is_histogram = note->kind == PROMLET_STATIC_KIND_HISTOGRAM;
    if (note->abi != PROMLET_CELL_ABI ||
        note->bound_count > (is_histogram ? PROMLET_MAX_BOUNDS : 0)) {
        return NULL;
    }
    switch (note->kind) {
    case PROMLET_STATIC_KIND_COUNTER:
        return &pml_counter_kind;
    case PROMLET_STATIC_KIND_GAUGE:
        return &pml_gauge_kind;
    case PROMLET_STATIC_KIND_HISTOGRAM:
        return &pml_histogram_kind;
    case PROMLET_STATIC_KIND_SUMMARY:
        return &pml_summary_kind;
    default:
        return NULL;
    }
}

bool pml_static_histogram_is_relocated(const pml_static_note *note)
{
    const struct promlet_histogram *histogram = note->cell;
    /* acquire: pairs with nothing of ours; the loader writes it while it holds other locks. */
    return pml_pointer_load_acquire(&histogram->buckets) == note->buckets;
}

static extent extent_of(const pml_static_note *note)
{
    extent need = {.readings = 1, .chars = strlen(note->name) + 1};
    const pml_kind *kind = pml_static_kind_of(note);
    if (kind != NULL) {
        pml_settings settings = {.bounds = {note->bound_count, note->bounds, NULL}};
        need.words = kind->word_count(&settings) + note->bound_count;
        need.chars += strlen(note->help) + 1;
    }
    return need;
}

static void measure(const pml_static_note *note, void *ctx)
{
    extent *total = ctx;
    extent need = extent_of(note);
    total->readings += need.readings;
    total->words += need.words;
    total->chars += need.chars;
}

static const char *copy_text(struct filling *filling, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = filling->chars + filling->used.chars;
    memcpy(copy, text, size);
    filling->used.chars += size;
    return copy;
}

static uint64_t *take_words(struct filling *filling, size_t count)
{
    uint64_t *words = filling->words + filling->used.words;
    filling->used.words += count;
    return words;
}

/* A histogram's cell holds pointers, which may not be relocated yet; the note knows better. */
static void copy_cell(struct filling *filling, const pml_static_note *note,
                      pml_static_reading *reading)
{
    double *values = (double *)(void *)take_words(filling, note->bound_count);
    memcpy(values, note->bounds, note->bound_count * sizeof *values);
    reading->bounds = (struct promlet_bounds){note->bound_count, values, NULL};
    reading->word_count = reading->kind->word_count(&(pml_settings){.bounds = reading->bounds});
    uint64_t *words = take_words(filling, reading->word_count);
    if (reading->kind == &pml_histogram_kind) {
        const struct promlet_histogram *histogram = note->cell;
        pml_histogram_capture_parts(note->buckets, note->bound_count + 1, &histogram->sum,
                                    pml_spread_of(&histogram->spread), words);
    } else {
        reading->kind->capture(note->cell, words);
    }
    reading->words = words;
}

static bool has_room(const struct filling *filling, const pml_static_note *note)
{
    extent need = extent_of(note);
    return need.readings <= filling->room.readings - filling->used.readings &&
           need.words <= filling->room.words - filling->used.words &&
           need.chars <= filling->room.chars - filling->used.chars;
}

static void fill(const pml_static_note *note, void *ctx)
{
    struct filling *filling = ctx;
    if (!has_room(filling, note)) {
        filling->is_too_small = true;
        return;
    }
    pml_static_reading *reading = &filling->readings->list[filling->used.readings++];
    *reading = (pml_static_reading){.address = note->address, .kind = pml_static_kind_of(note)};
    reading->name = copy_text(filling, note->name);
    reading->help = "";
    if (reading->kind != NULL) {
        reading->help = copy_text(filling, note->help);
        copy_cell(filling, note, reading);
        reading->is_first = *note->seen == 0;
        *note->seen = 1; /* only scrapes touch it, one at a time */
    }
    filling->readings->count = filling->used.readings;
}

/* The three sorts of memory lie behind one another, the most aligned first. */
static bool reserve(struct filling *filling)
{
    const extent *room = &filling->room;
    size_t words_at = room->readings * sizeof(pml_static_reading);
    size_t chars_at = words_at + room->words * sizeof(uint64_t);
    char *memory = pml_alloc(chars_at + room->chars);
    if (memory == NULL) {
        return false;
    }
    *filling->readings = (pml_static_readings){(pml_static_reading *)(void *)memory, 0, memory};
    filling->words = (uint64_t *)(void *)(memory + words_at);
    filling->chars = memory + chars_at;
    return true;
}

/* What an attempt that ran out of room has found out must not be lost with it. */
static void carry_over(const pml_static_readings *from, pml_static_readings *to)
{
    for (size_t i = 0; i < from->count; i++) {
        for (size_t j = 0; j < to->count; j++) {
            bool is_same = from->list[i].address == to->list[j].address;
            to->list[j].is_first |= is_same && from->list[i].is_first;
        }
    }
}

bool pml_static_readings_take(pml_static_readings *readings)
{
    *readings = (pml_static_readings){NULL, 0, NULL};
    bool is_too_small = true;
    while (is_too_small) {
        pml_static_readings next;
        struct filling filling = {.readings = &next};
        pml_static_notes_visit(measure, &filling.room);
        if (!reserve(&filling)) {
            return false;
        }
        pml_static_notes_visit(fill, &filling);
        carry_over(readings, &next);
        pml_static_readings_free(readings);
        *readings = next;
        is_too_small = filling.is_too_small;
    }
    return true;
}

void pml_static_readings_free(pml_static_readings *readings)
{
    pml_free(readings->memory);
    *readings = (pml_static_readings){NULL, 0, NULL};
}
