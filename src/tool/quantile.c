/* SPDX-License-Identifier: Apache-2.0 */
/* Quantiles from cumulative buckets, by the rules of PromQL's histogram_quantile(). */
#include "tool/quantile.h"

#include <math.h>

/* Counts that fall from one bound to the next are taken for equal: they are, but for what one
   scrape read later than the other, or for the rounding of rates. */
static double count_of_all(const pml_bucket *buckets, size_t count)
{
    double all = 0;
    for (size_t i = 0; i < count; i++) {
        all = fmax(all, buckets[i].count);
    }
    return all;
}

/* The value at a rank in the bucket at index; `before` is the count of those before. */
static double between(const pml_bucket *buckets, size_t index, double rank, double before)
{
    double start = 0;
    if (index > 0) {
        start = buckets[index - 1].bound;
    } else if (buckets[0].bound <= 0) {
        return buckets[0].bound; /* nothing says how far below it values are */
    }
    double inside = fmax(before, buckets[index].count) - before;
    return start + (buckets[index].bound - start) * ((rank - before) / inside);
}

double pml_quantile(double quantile, const pml_bucket *buckets, size_t count)
{
    if (isnan(quantile) || count < 2 || !isinf(buckets[count - 1].bound) ||
        buckets[count - 1].bound < 0) {
        return NAN;
    }
    double all = count_of_all(buckets, count);
    if (!(all > 0)) {
        return NAN;
    }
    if (quantile < 0 || quantile > 1) {
        return quantile < 0 ? -INFINITY : INFINITY;
    }
    double rank = quantile * all;
    double before = 0;
    size_t index = 0;
    while (index < count - 1 && fmax(before, buckets[index].count) < rank) {
        before = fmax(before, buckets[index].count);
        index++;
    }
    if (index == count - 1) {
        return buckets[count - 2].bound; /* beyond all bounds; the last one is all that is known */
    }
    return between(buckets, index, rank, before);
}
