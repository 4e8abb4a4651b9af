/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What scrapes decide of histograms with native buckets. Once more of them are in use than the
 * options allow, or values have gone to coarser slots because the pool was used up, the resolution
 * that is shown is halved as often as it takes. It stays so until native_min_reset_seconds have
 * passed since the series last started at zero; then it starts again, with all of its buckets and
 * full resolution, right behind the scrape that shows what it had. Were that scrape to fail, the
 * next one would show it and reset.
 *
 * All with PML_LOCK_CHANGES held.
 */
#ifndef PML_REGISTRY_NATIVES_H
#define PML_REGISTRY_NATIVES_H

#include "registry/registry.h"

#include "record/native.h"

/* True if the histograms of the family have native buckets. */
static inline bool pml_natives_are_in(const pml_family *family)
{
    return family->definition->settings.native.slot_count > 0;
}

/* What has to be done behind a reading; true if that is a reset, which is left to the caller. */
bool pml_natives_judge(pml_family *family, pml_series *series, const pml_native_reading *reading);

/* Resets a series behind the reading after which that was due, which is sure to be shown. */
void pml_natives_reset(pml_family *family, pml_series *series, const pml_native_reading *reading);

/* Frees the tables of a series, but for the one that is part of it, and all per-CPU cells. */
void pml_natives_free(const pml_family *family, pml_series *series);

#endif
