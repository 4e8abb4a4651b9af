/* SPDX-License-Identifier: Apache-2.0 */
/* Counting of refused recordings. */
#include "series/dropped.h"

#include "base/atomic.h"
#include "series/series.h"

#include <math.h>

pml_dropped pml_default_dropped;

void pml_drop_in(pml_dropped *dropped, pml_drop_reason reason)
{
    /* relaxed: a lone counter; a scrape needs a recent value, not an ordered one. */
    pml_add_relaxed(&dropped->counts[reason], 1);
}

void pml_drop(const void *series, pml_drop_reason reason)
{
    const pml_series *own = series;
    pml_drop_in(own != NULL ? own->owner->dropped : &pml_default_dropped, reason);
}

pml_drop_reason pml_drop_reason_of(double amount)
{
    return isnan(amount) ? PML_DROP_NAN : PML_DROP_INFINITE;
}

uint64_t pml_dropped_count(pml_dropped *dropped, pml_drop_reason reason)
{
    /* relaxed: a lone counter. */
    return pml_load_relaxed(&dropped->counts[reason]);
}

const char *pml_drop_reason_text(pml_drop_reason reason)
{
    switch (reason) {
    case PML_DROP_NAN:
        return "nan";
    case PML_DROP_INFINITE:
        return "infinite";
    case PML_DROP_NEGATIVE:
        return "negative";
    case PML_DROP_INVALID_HANDLE:
        return "invalid_handle";
    case PML_DROP_NO_SERIES:
        return "no_series";
    case PML_DROP_INVALID_STATE:
        return "invalid_state";
    case PML_DROP_EXEMPLAR_LABELS:
        return "exemplar_labels";
    case PML_DROP_EXEMPLAR_SIZE:
        return "exemplar_size";
    case PML_DROP_EXEMPLAR_NO_ROOM:
        return "exemplar_no_room";
    case PML_DROP_REASONS:
        break;
    }
    return "";
}
