/* SPDX-License-Identifier: Apache-2.0 */
/* Finds buckets slowly, and reads them in snapshots. */
#include "support/natives.h"

#include "base/atomic.h"
#include "record/native_index.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

double model_bound(int schema, int32_t index)
{
    int64_t place = (int64_t)index * (1 << (PML_NATIVE_FINEST - schema)); /* in 256ths */
    int exponent = (int)((place - (place & 255)) / 256);
    uint64_t mantissa = pml_octave_ends[place & 255] | UINT64_C(1) << 52;
    if (exponent >= 1024) {
        return INFINITY;
    }
    int missing = -1022 - exponent; /* bits that a subnormal one lacks */
    mantissa = missing > 52 ? 0 : missing > 0 ? mantissa >> missing << missing : mantissa;
    return ldexp((double)mantissa, exponent - 52);
}

int32_t model_index(int schema, double value)
{
    int32_t index = (int32_t)lround(ldexp(log2(value), schema));
    while (value > model_bound(schema, index)) {
        index++;
    }
    while (value <= model_bound(schema, index - 1)) {
        index--;
    }
    return index;
}

static uint64_t side_count(const pml_native_side *side)
{
    uint64_t count = 0;
    for (size_t i = 0; i < side->count; i++) {
        count += side->counts[i];
    }
    return count;
}

uint64_t native_count(const pml_native *native)
{
    return native->zero_count + side_count(&native->positive) + side_count(&native->negative);
}

uint64_t classic_count(const native_view *view)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= view->family->bound_count; i++) {
        count += view->counts[i];
    }
    return count;
}

/* Buckets that hold something. */
static size_t side_used(const pml_native_side *side)
{
    size_t used = 0;
    for (size_t i = 0; i < side->count; i++) {
        used += side->counts[i] != 0;
    }
    return used;
}

size_t native_used(const pml_native *native)
{
    return side_used(&native->positive) + side_used(&native->negative);
}

uint64_t side_at(const pml_native_side *side, int32_t index)
{
    int32_t next = 0;
    size_t at = 0;
    for (size_t i = 0; i < side->span_count; i++) {
        next += side->spans[i].offset;
        int32_t end = next + (int32_t)side->spans[i].length;
        if (index >= next && index < end) {
            return side->counts[at + (size_t)(index - next)];
        }
        at += side->spans[i].length;
        next = end;
    }
    return 0;
}

/* What every reader relies on; NULL if it holds. */
static const char *side_fault(const pml_native_side *side)
{
    size_t length = 0;
    for (size_t i = 0; i < side->span_count; i++) {
        if (side->spans[i].length == 0 || (i > 0 && side->spans[i].offset < 3)) {
            return "an empty span, or one that is too near";
        }
        length += side->spans[i].length;
    }
    return length == side->count ? NULL : "spans and counts differ";
}

const char *native_fault(const native_view *view)
{
    const char *fault = side_fault(&view->native->positive);
    fault = fault != NULL ? fault : side_fault(&view->native->negative);
    return fault != NULL                                           ? fault
           : native_count(view->native) != classic_count(view)     ? "totals differ"
           : view->native->schema < -4 || view->native->schema > 8 ? "no schema"
                                                                   : NULL;
}

native_view view_of(promlet_snapshot *snapshot, const char *name, size_t at)
{
    native_view view = {.snapshot = snapshot};
    for (size_t i = 0; i < snapshot->family_count; i++) {
        const pml_snapshot_family *family = &snapshot->families[i];
        if (strcmp(family->name->bytes, name) == 0 && at < family->series_count) {
            view.family = family;
            view.native = family->natives != NULL ? &family->natives[at] : NULL;
            view.counts = family->series[at].as.histogram.counts;
            view.sum = family->series[at].as.histogram.sum;
        }
    }
    return view;
}

native_view view_histogram(promlet_registry *registry, const char *name)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    native_view view = view_of(snapshot, name, 0);
    assert_non_null(view.native);
    const char *fault = native_fault(&view);
    if (fault != NULL) {
        fail_msg("%s: %s", name, fault);
    }
    return view;
}

void close_view(const native_view *view)
{
    promlet_snapshot_release(view->snapshot);
}
