/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How series end. Three things come before the memory of one is used again:
 *
 *   1. It is hidden, because the user removed it; or it is leaving: nobody asked for it during the
 *      family's idle time.
 *   2. It is buried: taken out of the table and of the order, when nothing pins it. It then lies in
 *      the limbo of its family.
 *   3. It is freed, when all read sections have ended that may have found it, and no snapshot is
 *      left that may show it, since snapshots lend label text. Nobody waits for either.
 *
 * Nothing that is recorded by label values is lost by expiry. A scrape marks series as idle.
 * Whoever asks for one, takes that back before recording on it. So when a mark has stood for the
 * idle time, and all read sections that were there when it was made have ended, nobody is
 * recording, and nobody will who does not take the mark back first. The scrape that exchanges it
 * for "leaving" shows the series' last values; only then is it buried. Were the scrape to fail, the
 * series would stay, and the next one would show it.
 *
 * All of it happens in scrapes, and in calls of the user that change what there is; promlet has no
 * thread of its own for it.
 */
#ifndef PML_REGISTRY_LIFETIME_H
#define PML_REGISTRY_LIFETIME_H

#include "registry/registry.h"

/* ---- with PML_LOCK_CHANGES held -------------------------------------------------------------- */

static inline bool pml_series_is_hidden(pml_series *series)
{
    /* relaxed: only set and taken back under the lock that this thread holds. */
    return (pml_load_relaxed(&series->state) & PML_SERIES_HIDDEN) != 0;
}

/* Hides a series of the table, or the overflow series; false if it is hidden. */
bool pml_lifetime_hide(pml_family *family, pml_series *series);

/* Shows a hidden one again, at zero. */
void pml_lifetime_revive(pml_family *family, pml_series *series);

/* Sets a series to zero, from which it counts now. */
void pml_lifetime_reset(pml_family *family, pml_series *series);

/* Buries hidden series that no snapshot has seen, and frees what can be freed. */
void pml_lifetime_sweep(pml_family *family);

/* Frees a list of buried series at once. */
void pml_lifetime_free(const pml_family *family, pml_series *series);

/* ---- for the one thread that takes a snapshot ------------------------------------------------ */

/* The unit of a family's time, in nanoseconds; 0: its series don't expire. */
uint64_t pml_lifetime_idle_unit(const pml_definition *definition);

/* Before a family is read. */
void pml_lifetime_look(pml_family *family);

/* For the function below: of a family whose series expire, one that is shown and had this state. */
void pml_lifetime_judge(pml_family *family, pml_series *series, uint32_t state);

/* For each series of the family: whether it is shown. */
static inline bool pml_lifetime_shows(pml_family *family, pml_series *series)
{
    /* acquire: pairs with the release in exchange() of series.c; a series that was revived is at
       zero. */
    uint32_t state = pml_load_acquire(&series->state);
    if (state & PML_SERIES_HIDDEN) {
        return false;
    }
    if (family->idle_unit_ns != 0) {
        pml_lifetime_judge(family, series, state);
    }
    return true;
}

/* After the snapshot was read, and is sure to be given out: buries what all families of the
   registry have to bury, also those that were not asked for or are unregistered, and frees what can
   be freed. */
void pml_lifetime_bury(pml_family *const *families, size_t count);

/* After a snapshot that failed: what is leaving waits for the next one that shows it. */
void pml_lifetime_keep(pml_family *const *families, size_t count);

#endif
