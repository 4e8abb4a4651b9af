/* SPDX-License-Identifier: Apache-2.0 */
/* Hiding and reviving series, expiry, and burying. */
#include "registry/lifetime.h"

#include "base/atomic.h"
#include "base/clock.h"
#include "base/locks.h"
#include "registry/limits.h"
#include "registry/order.h"
#include "series/exemplars.h"
#include "series/readers.h"

#include <string.h>

/* ---- hiding and reviving, with PML_LOCK_CHANGES held ----------------------------------------- */

static bool is_overflow(pml_family *family, const pml_series *series)
{
    return series == pml_family_overflow(family);
}

bool pml_lifetime_hide(pml_family *family, pml_series *series)
{
    uint32_t state = pml_series_change(series, 0, PML_SERIES_HIDDEN);
    if (state & PML_SERIES_HIDDEN) {
        return false;
    }
    if (!is_overflow(family, series)) {
        family->shown_count--;
        family->hidden_count++;
        pml_limits_make_room(family->registry);
    }
    return true;
}

void pml_lifetime_reset(pml_family *family, pml_series *series)
{
    /* acq_rel: pairs with itself in read_all() of reading.c. Whoever reads a word that is set
       here sees the odd count afterwards; whoever sees the even one reads what was set. */
    pml_add_acq_rel(&family->revivals, 1);
    family->definition->kind->reset(series->cell);
    pml_exemplars_clear(series);
    pml_series_restart(series);
    /* acq_rel: pairs with itself, as above. */
    pml_add_acq_rel(&family->revivals, 1);
}

void pml_lifetime_revive(pml_family *family, pml_series *series)
{
    pml_lifetime_reset(family, series);
    if (!is_overflow(family, series)) {
        family->shown_count++;
        family->hidden_count--;
    }
    (void)pml_series_change(series, PML_SERIES_HIDDEN, 0);
}

/* ---- burying, with PML_LOCK_CHANGES held ----------------------------------------------------- */

/* Hidden and not pinned, or leaving and shown for the last time. */
static bool is_over(const pml_family *family, pml_series *series)
{
    /* acquire: pairs with the release in exchange() of series.c; what was recorded with a handle
       that was released is done. */
    uint32_t state = pml_load_acquire(&series->state);
    bool is_removed = (state & PML_SERIES_HIDDEN) && (state & PML_SERIES_PINS) == 0;
    return is_removed || ((state & PML_SERIES_LEAVING) && family->has_leaving);
}

static void bury(pml_family *family, pml_series *series)
{
    pml_limits_table_remove(family, series);
    if (pml_series_is_hidden(series)) {
        family->hidden_count--;
    } else {
        family->shown_count--;
    }
    series->next = family->limbo.gathered;
    family->limbo.gathered = series;
    pml_limits_make_room(family->registry);
}

/* Takes out of an array what is over; returns how many are left. */
static size_t bury_some(pml_family *family, pml_series **series, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_over(family, series[i])) {
            bury(family, series[i]);
        } else {
            series[left++] = series[i];
        }
    }
    return left;
}

static bool is_lent(const promlet_registry *registry, uint64_t number)
{
    return registry->oldest_lease != NULL && registry->oldest_lease->number <= number;
}

/* Takes those away that can be freed; and lets those wait that were gathered meanwhile. */
static pml_series *take_free(pml_family *family)
{
    pml_limbo *limbo = &family->limbo;
    pml_series *free = NULL;
    if (pml_grace_is_over(limbo->ticket) && !is_lent(family->registry, limbo->number)) {
        free = limbo->waiting;
        limbo->waiting = NULL;
    }
    if (limbo->waiting == NULL && limbo->gathered != NULL) {
        limbo->waiting = limbo->gathered;
        limbo->gathered = NULL;
        limbo->ticket = pml_grace_ticket();
        limbo->number = family->registry->lease_number;
    }
    return free;
}

static bool has_limbo(const pml_family *family)
{
    return family->limbo.waiting != NULL || family->limbo.gathered != NULL;
}

void pml_lifetime_free(const pml_family *family, pml_series *series)
{
    while (series != NULL) {
        pml_series *next = series->next;
        pml_family_free_series(family, series);
        series = next;
    }
}

void pml_lifetime_sweep(pml_family *family)
{
    family->fresh_count = bury_some(family, family->fresh, family->fresh_count);
    if (has_limbo(family)) {
        /* The first makes them wait for the look in between. */
        pml_lifetime_free(family, take_free(family));
        pml_grace_advance();
        pml_lifetime_free(family, take_free(family));
    }
}

/* ---- looking, by the thread that takes a snapshot -------------------------------------------- */

/* Parts of the idle time in which a family's time counts: fine enough, and it comes round only
   after four million idle times. */
#define PARTS 1024

#define NO_TICKET 0

uint64_t pml_lifetime_idle_unit(const pml_definition *definition)
{
    bool expires = definition->idle_seconds > 0 && definition->label_count > 0;
    /* Beyond centuries it makes no difference, and the double fits. */
    double seconds = definition->idle_seconds < 1e10 ? definition->idle_seconds : 1e10;
    return expires ? (uint64_t)(seconds * (1e9 / PARTS)) + 1 : 0;
}

static uint64_t time_of(const pml_family *family)
{
    return pml_clock_monotonic_ns() / family->idle_unit_ns;
}

/* For how long a series has been idle. It has 32 bits of the time, which may have come round in
   between: then it is less than that, or negative. */
static int32_t idle_time(const pml_family *family, const pml_series *series)
{
    return (int32_t)((uint32_t)family->looked_at - series->idle_since);
}

void pml_lifetime_look(pml_family *family)
{
    family->has_leaving = false;
    if (family->idle_unit_ns == 0) {
        return;
    }
    family->looked_at = time_of(family);
    pml_lock(PML_LOCK_CHANGES);
    if (family->idle_ticket == NO_TICKET) {
        family->graced_until = family->looked_at; /* nothing is idle yet */
    } else if (pml_grace_is_over(family->idle_ticket)) {
        family->graced_until = family->asked_at;
    }
    pml_unlock(PML_LOCK_CHANGES);
}

/* Idle for long enough, and nobody is inside who came before it was said to be. Within one part of
   the time nobody knows which came first. */
static bool is_due(const pml_family *family, const pml_series *series)
{
    int64_t since_grace = (int64_t)(family->looked_at - family->graced_until);
    return idle_time(family, series) > PARTS && idle_time(family, series) > since_grace;
}

void pml_lifetime_judge(pml_family *family, pml_series *series, uint32_t state)
{
    if (is_overflow(family, series)) {
        return;
    }
    if (state == 0 && pml_series_set_idle(series)) {
        series->idle_since = (uint32_t)family->looked_at;
    } else if (state == PML_SERIES_IDLE && is_due(family, series)) {
        family->has_leaving |= pml_series_set_leaving(series);
    } else if (state & PML_SERIES_LEAVING) {
        family->has_leaving = true; /* the snapshot that would have shown it failed */
    }
}

/* ---- burying, by the same thread ------------------------------------------------------------- */

/* Series that are buried or freed without letting others to the lock. */
#define AT_ONCE 64

/* With PML_LOCK_ORDER held. */
static void bury_sorted(pml_family *family)
{
    size_t left = 0;
    for (size_t i = 0; i < family->sorted_count; i += AT_ONCE) {
        size_t rest = family->sorted_count - i;
        pml_series **some = family->sorted + i;
        pml_lock(PML_LOCK_CHANGES);
        size_t kept = bury_some(family, some, rest < AT_ONCE ? rest : AT_ONCE);
        pml_unlock(PML_LOCK_CHANGES);
        memmove(family->sorted + left, some, kept * sizeof(*some));
        left += kept;
    }
    family->sorted_count = left;
}

static void free_slowly(pml_family *family, pml_series *series)
{
    while (series != NULL) {
        pml_lock(PML_LOCK_CHANGES);
        for (int i = 0; i < AT_ONCE && series != NULL; i++) {
            pml_series *next = series->next;
            pml_family_free_series(family, series);
            series = next;
        }
        pml_unlock(PML_LOCK_CHANGES);
    }
}

/* What was marked as idle at this look must have had a grace period before it may leave. */
static void ask_for_grace(pml_family *family)
{
    if (family->idle_unit_ns != 0 && pml_grace_is_over(family->idle_ticket)) {
        family->asked_at = time_of(family);
        family->idle_ticket = pml_grace_ticket();
    }
}

static bool has_over(const pml_family *family)
{
    return family->hidden_count > 0 || family->has_leaving;
}

static void bury_all(pml_family *family)
{
    pml_lock(PML_LOCK_ORDER);
    bury_sorted(family);
    pml_unlock(PML_LOCK_ORDER);
    pml_lock(PML_LOCK_CHANGES);
    family->fresh_count = bury_some(family, family->fresh, family->fresh_count);
    pml_unlock(PML_LOCK_CHANGES);
}

static void bury_family(pml_family *family)
{
    pml_lock(PML_LOCK_CHANGES);
    if (has_over(family)) {
        pml_unlock(PML_LOCK_CHANGES);
        bury_all(family);
        pml_lock(PML_LOCK_CHANGES);
    }
    if (pml_table_waits(&family->table)) {
        pml_limits_table_reclaim(family);
    }
    family->has_leaving = false;
    ask_for_grace(family);
    pml_series *free = has_limbo(family) ? take_free(family) : NULL;
    pml_unlock(PML_LOCK_CHANGES);
    free_slowly(family, free);
}

void pml_lifetime_bury(pml_family *const *families, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bury_family(families[i]);
    }
}

void pml_lifetime_keep(pml_family *const *families, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        families[i]->has_leaving = false;
    }
}

/* ---- leases ---------------------------------------------------------------------------------- */

void pml_lease_begin(promlet_registry *registry, pml_lease *lease)
{
    pml_lock(PML_LOCK_CHANGES);
    pml_grace_advance();
    lease->number = ++registry->lease_number;
    lease->newer = NULL;
    lease->older = registry->newest_lease;
    if (lease->older != NULL) {
        lease->older->newer = lease;
    } else {
        registry->oldest_lease = lease;
    }
    registry->newest_lease = lease;
    pml_unlock(PML_LOCK_CHANGES);
}

void pml_lease_end(promlet_registry *registry, pml_lease *lease)
{
    pml_lock(PML_LOCK_CHANGES);
    if (lease->older != NULL) {
        lease->older->newer = lease->newer;
    } else {
        registry->oldest_lease = lease->newer;
    }
    if (lease->newer != NULL) {
        lease->newer->older = lease->older;
    } else {
        registry->newest_lease = lease->older;
    }
    pml_unlock(PML_LOCK_CHANGES);
}
