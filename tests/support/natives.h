/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of native buckets share: a slow way to find the bucket of a value, and reading
   what a snapshot holds. */
#ifndef TESTS_SUPPORT_NATIVES_H
#define TESTS_SUPPORT_NATIVES_H

#include "support/expect.h"

#include "base/atomic.h"
#include "record/native_index.h"
#include "snapshot/snapshot.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

/* The largest double that is not above 2^(index/2^schema), from the table that test_native_index.c
   checks. */
double model_bound(int schema, int32_t index);

/* The bucket of a value above 0, found by its logarithm and then put right. */
int32_t model_index(int schema, double value);

/* One histogram as a snapshot has it. */
typedef struct native_view {
    promlet_snapshot *snapshot;
    const pml_snapshot_family *family;
    const pml_native *native;
    const uint64_t *counts; /* classic */
    double sum;
} native_view;

uint64_t native_count(const pml_native *native);

uint64_t classic_count(const native_view *view);

size_t native_used(const pml_native *native);

/* What one bucket holds. */
uint64_t side_at(const pml_native_side *side, int32_t index);

const char *native_fault(const native_view *view);

/* The only series of a family, or one of several by its place. To be released. */
native_view view_of(promlet_snapshot *snapshot, const char *name, size_t at);

native_view view_histogram(promlet_registry *registry, const char *name);

void close_view(const native_view *view);

#endif
