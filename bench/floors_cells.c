/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the floors do once, outside of the measured loop: hand out cells, sum their counts up, fill
 * the search for buckets, and say what this machine has. The operations themselves are inline, in
 * the header.
 */
#include "floors_cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#if __GLIBC_PREREQ(2, 35)
#include <sys/rseq.h>
#define HAS_RSEQ_AREA 1
#endif
#endif

enum { REGION_SIZE = 1 << FLOOR_REGION_SHIFT };

static char *regions;
static size_t cells_used;

static size_t cpu_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_CONF);
    return count > 0 ? (size_t)count : 1;
}

void *floor_new_cell(void)
{
    if (regions == NULL) {
        regions = aligned_alloc(REGION_SIZE, cpu_count() * REGION_SIZE);
        if (regions == NULL) {
            fputs("floors: out of memory\n", stderr);
            exit(1);
        }
        memset(regions, 0, cpu_count() * REGION_SIZE);
    }
    return regions + cells_used++ * FLOOR_CELL_SIZE;
}

/* The n-th of all cells of all CPUs; NULL behind the last one. */
static const void *nth_cell(size_t n)
{
    if (n >= cpu_count() * cells_used) {
        return NULL;
    }
    return regions + n / cells_used * REGION_SIZE + n % cells_used * FLOOR_CELL_SIZE;
}

uint64_t floor_count(void)
{
    uint64_t total = 0;
    const floor_cell *cell;
    for (size_t n = 0; (cell = nth_cell(n)) != NULL; n++) {
        for (size_t i = 0; i <= FLOOR_MAX_BOUNDS; i++) {
            total += cell->counts[i];
        }
    }
    return total;
}

uint64_t floor_count_in_pairs(void)
{
    uint64_t total = 0;
    const floor_pairs *pairs;
    for (size_t n = 0; (pairs = nth_cell(n)) != NULL; n++) {
        for (size_t i = 0; i <= BENCH_BOUNDS9; i++) {
            total += pairs->buckets[i].count;
        }
    }
    return total;
}

void floor_search_init(floor_search *search, const double *bounds, size_t count)
{
    for (size_t i = 0; i <= FLOOR_MAX_BOUNDS; i++) {
        search->bounds[i] = i < count ? bounds[i] : (double)INFINITY;
    }
    for (uint64_t slot = 0; slot < FLOOR_SLOTS; slot++) {
        bool is_negative = slot >= FLOOR_SLOTS / 2;
        double least = is_negative ? 0 : floor_double(slot << FLOOR_SLOT_SHIFT);
        size_t first = 0;
        while (first < count && bounds[first] < least) {
            first++;
        }
        double next = is_negative ? 0 : floor_double((slot + 1) << FLOOR_SLOT_SHIFT);
        if (first + 1 < count && bounds[first + 1] < next) {
            fputs("floors: two bounds share a slot\n", stderr);
            exit(1);
        }
        search->first[slot] = (uint8_t)first;
    }
}

bool floor_has_pair_exchange(void)
{
#ifdef __x86_64__
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_CMPXCHG16B) != 0;
#else
    return false;
#endif
}

int64_t floor_rseq_offset(void)
{
#ifdef HAS_RSEQ_AREA
    return __rseq_size > 0 ? (int64_t)__rseq_offset : 0;
#else
    return 0;
#endif
}
