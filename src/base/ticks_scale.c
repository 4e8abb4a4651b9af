/* SPDX-License-Identifier: Apache-2.0 */
/* Learning what a tick is worth: from two pairs, and with mistrust. */
#include "base/ticks_scale.h"

#define SECONDS_PER_NANOSECOND 1e-9

/* Pairs that are closer than this say too little. */
#define LEAST_NS UINT64_C(10000000)

/* While there is no worth to compare with, pairs that lie further apart are not believed: the
   machine may have slept between them, or moved. Whoever times less than once in 4 s can afford
   the precise clock. */
#define MOST_NS_UNKNOWN UINT64_C(4000000000)

/* The ticks between two pairs are at least so many times their widths, so that a worth is wrong by
   a 16384th at most: each moment is in the middle of its width, give or take a half. */
#define SHARPNESS 8192

/* Counters of less than 100 MHz or more than 100 GHz are not believed. */
#define MOST_SECONDS_PER_TICK 1e-8
#define LEAST_SECONDS_PER_TICK 1e-11

/* Clocks are slewed by up to 500 millionths, so a worth that changes by more than a 1024th is one
   of another CPU, or of a machine that slept. */
#define STABILITY 1024

/* Any odd number with mixed bits. As the sum starts with it, all zero is not a pair. */
#define CHECK_FACTOR UINT64_C(0x9e3779b97f4a7c15)

/* The width of a pair whose counter went back. Widths are added, so there must be room above. */
#define NO_WIDTH (UINT64_MAX / 4)

static uint64_t checksum_of(const pml_ticks_pair *pair)
{
    uint64_t sum = CHECK_FACTOR;
    sum = (sum ^ pair->ticks) * CHECK_FACTOR;
    sum = (sum ^ sum >> 32 ^ pair->ns) * CHECK_FACTOR;
    return (sum ^ sum >> 32 ^ pair->width) * CHECK_FACTOR;
}

/* False when there is no pair yet, or the words are of several. */
static bool load_pair(const pml_ticks_scale *scale, pml_ticks_pair *pair)
{
    /* relaxed: the checksum tells whether the words belong together. */
    pair->ticks = pml_load_relaxed(&scale->ticks);
    pair->ns = pml_load_relaxed(&scale->ns);
    pair->width = pml_load_relaxed(&scale->width);
    return pml_load_relaxed(&scale->checksum) == checksum_of(pair);
}

static void store_pair(pml_ticks_scale *scale, const pml_ticks_pair *pair)
{
    /* relaxed: as in load_pair(). */
    pml_store_relaxed(&scale->ticks, pair->ticks);
    pml_store_relaxed(&scale->ns, pair->ns);
    pml_store_relaxed(&scale->width, pair->width);
    pml_store_relaxed(&scale->checksum, checksum_of(pair));
}

pml_ticks_pair pml_ticks_pair_of(uint64_t ticks_before, uint64_t ns, uint64_t ticks_after)
{
    /* Between CPUs the counter may go back a little; the difference is then huge. */
    uint64_t width = ticks_after - ticks_before;
    if (width > NO_WIDTH) {
        return (pml_ticks_pair){ticks_before, ns, NO_WIDTH};
    }
    return (pml_ticks_pair){ticks_before + width / 2, ns, width};
}

/* Whether the widths of two pairs are small against what lies between them. */
static bool is_sharp(const pml_ticks_pair *from, const pml_ticks_pair *to)
{
    return from->width + to->width <= (to->ticks - from->ticks) / SHARPNESS;
}

static bool is_credible(double measured, double known)
{
    bool is_possible = measured >= LEAST_SECONDS_PER_TICK && measured <= MOST_SECONDS_PER_TICK;
    return is_possible && (known <= 0 || fabs(measured - known) <= known / STABILITY);
}

/* The worth that two moments give. It is infinite when the counter stood still and next to nothing
   when it went back, neither of which is credible. */
static double measure(const pml_ticks_pair *from, const pml_ticks_pair *to)
{
    double seconds = (double)(to->ns - from->ns) * SECONDS_PER_NANOSECOND;
    return seconds / (double)(to->ticks - from->ticks);
}

void pml_ticks_scale_learn(pml_ticks_scale *scale, const pml_ticks_pair *pair)
{
    pml_ticks_pair last;
    /* The clock does not go back: a pair from before the last was read by a thread that was held
       up since. It is as true as any, and going back to it heals a last pair from the future, which
       a process may have that was stopped on one machine and goes on on another. */
    if (!load_pair(scale, &last) || pair->ns < last.ns) {
        store_pair(scale, pair);
        return;
    }
    double known = pml_ticks_scale_load(scale);
    uint64_t elapsed_ns = pair->ns - last.ns;
    if (elapsed_ns < LEAST_NS) {
        return;
    }
    if (known <= 0 && elapsed_ns > MOST_NS_UNKNOWN) {
        store_pair(scale, pair);
        return;
    }
    if (pair->ticks > last.ticks && !is_sharp(&last, pair)) {
        /* One of them was read by a thread that was interrupted meanwhile: keep the better one. */
        if (pair->width < last.width / 2) {
            store_pair(scale, pair);
        }
        return;
    }
    double measured = measure(&last, pair);
    double worth = is_credible(measured, known) ? measured : -fabs(known);
    /* relaxed: one word that stands for itself. */
    pml_store_relaxed(&scale->seconds_per_tick, pml_bits_of_double(worth));
    store_pair(scale, pair);
}
