/* SPDX-License-Identifier: Apache-2.0 */
/* What buckets say of the values in them. */
#ifndef PML_TOOL_QUANTILE_H
#define PML_TOOL_QUANTILE_H

#include <stddef.h>

/* A classic histogram's buckets: how many values, or how many a second, are at most a bound. */
typedef struct pml_bucket {
    double bound; /* the last one's is +Inf */
    double count; /* cumulative */
} pml_bucket;

/* The quantile as histogram_quantile() of PromQL estimates it, with straight lines between bounds.
   The buckets rise in their bounds. NaN when there is no value, no bound but +Inf, or no +Inf. */
double pml_quantile(double quantile, const pml_bucket *buckets, size_t count);

#endif
