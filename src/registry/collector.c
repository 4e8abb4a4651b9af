/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of callbacks and collectors. A collector is freed when it is not registered any more, no
 * scrape or snapshot holds it, and it does not run. That it runs is not counted as an owner,
 * because a forked child forgets the calls of its parent's other threads.
 */
#include "registry/collector.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/registry.h"

#include <math.h>
#include <string.h>

promlet_collector pml_sink_collector;

void pml_collector_discard(promlet_collector *collector)
{
    for (size_t i = 0; collector->families != NULL && i < collector->family_count; i++) {
        pml_free(collector->families[i]);
    }
    if (collector->claim != NULL) {
        pml_family_free(collector->claim);
    }
    if (collector->free_ctx != NULL) {
        collector->free_ctx(collector->ctx);
    }
    pml_free(collector->families);
    pml_free(collector->name);
    pml_free(collector);
}

/* Its names are free again. Before it is unlisted: from then on, nobody waits for it with freeing
   the registry. */
static void leave_names(promlet_collector *collector)
{
    if (collector->claim != NULL) {
        pml_registry_unclaim(collector->registry, collector->claim);
    }
}

/* ---- registering ----------------------------------------------------------------------------- */

/* One that is leaving and does not run is as good as gone: in a forked child, the thread that was
   about to unlist it is not there. */
static bool has_name(const promlet_collector *collector, const char *name)
{
    bool is_gone = collector->is_leaving && !collector->callee.is_running;
    return !is_gone && name != NULL && collector->name != NULL &&
           strcmp(collector->name, name) == 0;
}

/* Where a new one goes, or that of the same name. With PML_LOCK_CALLS held. */
static promlet_collector **find_place(const promlet_collector *collector)
{
    promlet_collector **at = &collector->registry->collectors;
    while (*at != NULL && !has_name(*at, collector->name)) {
        at = &(*at)->next;
    }
    return at;
}

promlet_status pml_collector_add(promlet_collector *collector)
{
    collector->owners = 1;
    pml_lock(PML_LOCK_CALLS);
    promlet_collector **place = find_place(collector);
    bool is_free = *place == NULL;
    const char *whose = !is_free && pml_collector_is_callback(*place) ? "callback" : "collector";
    if (is_free) {
        *place = collector;
    }
    pml_unlock(PML_LOCK_CALLS);
    if (is_free) {
        return PROMLET_OK;
    }
    promlet_status status =
        pml_fail(PROMLET_ERROR_CONFLICT, "%.100s: a %s of that name is registered already",
                 collector->name, whose);
    leave_names(collector);
    pml_collector_discard(collector);
    return status;
}

/* ---- unregistering, with PML_LOCK_CALLS held ------------------------------------------------- */

static void unlist(promlet_collector *collector)
{
    promlet_collector **at = &collector->registry->collectors;
    while (*at != collector) {
        at = &(*at)->next;
    }
    *at = collector->next;
}

/* True if nobody has it any more. */
static bool disown(promlet_collector *collector)
{
    collector->owners--;
    return collector->owners == 0 && !collector->callee.is_running;
}

static bool is_own_call(const promlet_collector *collector)
{
    return pml_call_here() == &collector->callee;
}

/* False if the call has not ended by then. */
static bool wait_for_end(promlet_collector *collector, uint64_t until_ns)
{
    collector->is_leaving = true;
    bool has_time = true;
    while (collector->callee.is_running && has_time) {
        has_time = pml_call_wait(until_ns);
    }
    collector->is_leaving = collector->is_going || !collector->callee.is_running;
    return !collector->callee.is_running;
}

/* ---- finding --------------------------------------------------------------------------------- */

/* With PML_LOCK_CALLS held. */
static promlet_collector *find_staying(promlet_registry *registry, promlet_collect_fn collect)
{
    promlet_collector *each = registry->collectors;
    while (each != NULL && (each->collect != collect || each->is_leaving)) {
        each = each->next;
    }
    return each;
}

promlet_collector *pml_collectors_find(promlet_registry *registry, promlet_collect_fn collect)
{
    pml_lock(PML_LOCK_CALLS);
    promlet_collector *found = find_staying(registry, collect);
    if (found != NULL) {
        found->owners++;
    }
    pml_unlock(PML_LOCK_CALLS);
    return found;
}

promlet_collector *pml_collectors_take(promlet_registry *registry, promlet_collect_fn collect)
{
    pml_lock(PML_LOCK_CALLS);
    promlet_collector *found = find_staying(registry, collect);
    if (found != NULL) {
        found->is_leaving = true;
    }
    pml_unlock(PML_LOCK_CALLS);
    return found;
}

void pml_collector_unpin(promlet_collector *collector)
{
    pml_lock(PML_LOCK_CALLS);
    bool is_last = disown(collector);
    pml_unlock(PML_LOCK_CALLS);
    if (is_last) {
        pml_collector_discard(collector);
    }
}

/* ---- unregistering --------------------------------------------------------------------------- */

static void join_late_thread(promlet_collector *collector)
{
    pthread_t thread;
    pml_lock(PML_LOCK_CALLS);
    bool has_thread =
        !collector->callee.is_running && pml_call_take_thread(&collector->callee, &thread);
    pml_unlock(PML_LOCK_CALLS);
    if (has_thread) {
        (void)pthread_join(thread, NULL);
    }
}

/* A collector that does not run and that nobody calls any more. */
static void leave(promlet_collector *collector)
{
    join_late_thread(collector);
    leave_names(collector);
    pml_lock(PML_LOCK_CALLS);
    unlist(collector);
    bool is_last = disown(collector);
    pml_unlock(PML_LOCK_CALLS);
    if (is_last) {
        pml_collector_discard(collector);
    }
}

static promlet_status free_until(promlet_collector *collector, uint64_t until_ns)
{
    if (collector == NULL || collector->registry == NULL) {
        return PROMLET_OK;
    }
    pml_lock(PML_LOCK_CALLS);
    if (is_own_call(collector)) {
        collector->is_leaving = true;
        collector->is_going = true;
        pml_unlock(PML_LOCK_CALLS);
        return PROMLET_OK;
    }
    bool has_ended = wait_for_end(collector, until_ns);
    pml_unlock(PML_LOCK_CALLS);
    if (!has_ended) {
        return pml_fail(PROMLET_ERROR_BUSY, "%.100s: it is still running",
                        collector->name != NULL ? collector->name
                                                : collector->claim->definition->name.bytes);
    }
    leave(collector);
    return PROMLET_OK;
}

void promlet_collector_free(promlet_collector *collector)
{
    (void)free_until(collector, UINT64_MAX);
}

promlet_status promlet_collector_free_within(promlet_collector *collector, double seconds)
{
    double bounded = fmin(fmax(seconds, 0), PML_COLLECTOR_LONGEST_SECONDS);
    uint64_t wait_ns = (uint64_t)(bounded * PML_NS_PER_SECOND);
    return free_until(collector, pml_call_moment(wait_ns));
}

/* The first of a registry, once it does not run, for the caller to unregister. NULL: there is none
   left. */
static promlet_collector *first_to_leave(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CALLS);
    promlet_collector *first = registry->collectors;
    while (first != NULL && first->callee.is_running) {
        first->is_leaving = true;
        (void)pml_call_wait(UINT64_MAX);
        first = registry->collectors;
    }
    pml_unlock(PML_LOCK_CALLS);
    return first;
}

void pml_collectors_end(promlet_registry *registry)
{
    promlet_collector *first = first_to_leave(registry);
    while (first != NULL) {
        leave(first);
        first = first_to_leave(registry);
    }
}

bool pml_collectors_are_calling(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CALLS);
    const promlet_collector *each = registry->collectors;
    while (each != NULL && !is_own_call(each)) {
        each = each->next;
    }
    pml_unlock(PML_LOCK_CALLS);
    return each != NULL;
}

bool promlet_is_collecting(void)
{
    return pml_call_here() != NULL;
}

/* ---- scrapes --------------------------------------------------------------------------------- */

static size_t count_collectors(const promlet_registry *registry)
{
    size_t count = 0;
    for (promlet_collector *each = registry->collectors; each != NULL; each = each->next) {
        count++;
    }
    return count;
}

static bool pin_all(promlet_registry *registry, promlet_collector ***list, size_t *count)
{
    *count = count_collectors(registry);
    *list = *count == 0 ? NULL : pml_resize_array(NULL, *count, sizeof **list);
    if (*list == NULL) {
        bool is_complete = *count == 0;
        *count = 0;
        return is_complete;
    }
    size_t at = 0;
    for (promlet_collector *each = registry->collectors; each != NULL; each = each->next) {
        each->owners++;
        (*list)[at++] = each;
    }
    return true;
}

bool pml_collectors_pin(promlet_registry *registry, promlet_collector ***list, size_t *count)
{
    pml_lock(PML_LOCK_CALLS);
    bool is_pinned = pin_all(registry, list, count);
    pml_unlock(PML_LOCK_CALLS);
    return is_pinned;
}

bool pml_collectors_are_there(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CALLS);
    bool are_there = registry->collectors != NULL;
    pml_unlock(PML_LOCK_CALLS);
    return are_there;
}

void pml_collectors_unpin(promlet_collector **list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pml_collector_unpin(list[i]);
    }
    pml_free(list);
}

bool pml_collector_begin(promlet_collector *collector, bool *still_runs)
{
    join_late_thread(collector);
    uint64_t now = pml_collector_is_watched(collector) ? pml_clock_monotonic_ns() : 0;
    pml_lock(PML_LOCK_CALLS);
    *still_runs = collector->callee.is_running;
    bool may_begin = !*still_runs && !collector->is_leaving;
    if (may_begin) {
        collector->began_ns = now;
        pml_call_begin(&collector->callee);
    }
    pml_unlock(PML_LOCK_CALLS);
    return may_begin;
}

void pml_collector_before_end(promlet_collector *collector)
{
    /* Only the call itself sets it, and that is over. */
    if (collector->is_going) {
        leave_names(collector);
    }
}

bool pml_collector_end_locked(promlet_collector *collector)
{
    pml_call_end(&collector->callee);
    if (!collector->is_going) {
        return collector->owners == 0;
    }
    pthread_t thread;
    if (pml_call_take_thread(&collector->callee, &thread)) {
        (void)pthread_detach(thread); /* it is this one, and nobody will meet it */
    }
    unlist(collector);
    return disown(collector);
}

void pml_collector_end(promlet_collector *collector)
{
    pml_collector_before_end(collector);
    pml_lock(PML_LOCK_CALLS);
    bool is_last = pml_collector_end_locked(collector);
    pml_unlock(PML_LOCK_CALLS);
    if (is_last) {
        pml_collector_discard(collector);
    }
}
