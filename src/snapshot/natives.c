/* SPDX-License-Identifier: Apache-2.0 */
/* Reading native cells into memory that all series share, and from buckets to spans. */
#include "snapshot/natives.h"

#include "base/alloc.h"

/* Unused buckets that are shown as zeros rather than begin a new span, which takes more room. */
#define MOST_ZEROS 2

/* ---- reading --------------------------------------------------------------------------------- */

static bool reserve(pml_natives *self, size_t room)
{
    if (room <= self->room) {
        return true;
    }
    pml_native_reading *reading = &self->reading;
    pml_native_bucket *buckets = pml_resize_array(reading->buckets, room, sizeof *buckets);
    reading->buckets = buckets != NULL ? buckets : reading->buckets;
    uint64_t *counts = pml_resize_array(reading->counts, room, sizeof *counts);
    reading->counts = counts != NULL ? counts : reading->counts;
    self->room = buckets != NULL && counts != NULL ? room : self->room;
    return room <= self->room;
}

bool pml_natives_read(pml_natives *self, pml_family *family, pml_series *series, uint64_t *words)
{
    const pml_native_cell *cell = family->definition->kind->native(series->cell);
    if (!reserve(self, pml_native_slot_total(cell))) {
        return false;
    }
    pml_native_read(cell, &self->reading, words);
    self->is_due = pml_natives_judge(family, series, &self->reading);
    return true;
}

void pml_natives_end(pml_natives *self)
{
    pml_free(self->reading.buckets);
    pml_free(self->reading.counts);
    pml_arena_free(&self->memory);
}

/* ---- spans ----------------------------------------------------------------------------------- */

/* How many unused buckets lie before one; more than MOST_ZEROS before the first. */
static uint32_t gap_before(const pml_native_bucket *buckets, size_t at)
{
    return at > 0 ? (uint32_t)(buckets[at].index - buckets[at - 1].index) - 1 : UINT32_MAX;
}

static pml_native_side measure(const pml_native_bucket *buckets, size_t count)
{
    pml_native_side side = {.count = count};
    for (size_t i = 0; i < count; i++) {
        uint32_t gap = gap_before(buckets, i);
        side.span_count += gap > MOST_ZEROS;
        side.count += gap > MOST_ZEROS ? 0 : gap;
    }
    return side;
}

static void fill(const pml_native_bucket *buckets, size_t count, pml_native_span *next,
                 uint64_t *counts)
{
    pml_native_span *span = next;
    for (size_t i = 0; i < count; i++) {
        uint32_t gap = gap_before(buckets, i);
        if (gap > MOST_ZEROS) {
            span = next++;
            span->offset = i > 0 ? (int32_t)gap : buckets[0].index;
            span->length = 0;
            gap = 0;
        }
        span->length += gap + 1;
        for (; gap > 0; gap--) {
            *counts++ = 0;
        }
        *counts++ = buckets[i].count;
    }
}

static bool show_side(const pml_native_bucket *buckets, size_t count, pml_arena *arena,
                      pml_native_side *to)
{
    *to = measure(buckets, count);
    if (count == 0) {
        return true;
    }
    pml_native_span *spans = pml_arena_take(arena, to->span_count * sizeof *spans);
    uint64_t *counts = pml_arena_take(arena, to->count * sizeof *counts);
    if (spans == NULL || counts == NULL) {
        return false;
    }
    fill(buckets, count, spans, counts);
    to->spans = spans;
    to->counts = counts;
    return true;
}

bool pml_natives_show(const pml_natives *self, const pml_settings *settings, pml_arena *arena,
                      pml_native *to)
{
    const pml_native_reading *reading = &self->reading;
    size_t above = 0;
    while (above < reading->bucket_count && reading->buckets[above].range == PML_NATIVE_ABOVE) {
        above++;
    }
    to->schema = PML_NATIVE_FINEST - (int)reading->shift;
    to->zero_threshold = settings->native.zero_threshold;
    to->zero_count = reading->zero_count;
    return show_side(reading->buckets, above, arena, &to->positive) &&
           show_side(reading->buckets + above, reading->bucket_count - above, arena, &to->negative);
}
