/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registered callbacks and collectors: which there are, and how long they live. Calling them, and
 * what they emit, is up to snapshot/.
 */
#ifndef PML_REGISTRY_COLLECTOR_H
#define PML_REGISTRY_COLLECTOR_H

#include "base/calls.h"
#include "registry/family.h"

#include <promlet/collector.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some hundred years: as good as for ever, and far from an overflow. */
#define PML_COLLECTOR_LONGEST_SECONDS 4e9

struct promlet_collector {
    promlet_registry *registry; /* NULL: the sink, which does nothing */
    /* Of a callback: what it answers with, and its name, which the registry keeps apart. */
    promlet_callback_fn ask;
    pml_family *claim;
    /* Of a collector. */
    promlet_collect_fn collect;
    char **families; /* NULL: unknown */
    size_t family_count;

    char *name;           /* valid UTF-8; NULL: it is not watched */
    uint64_t deadline_ns; /* 0: none */
    void *ctx;

    /* Of promlet's own. */
    bool is_own; /* a registry's prefix is not for it, and it is no news if it works */
    void (*free_ctx)(void *ctx); /* at the end; NULL: ctx is the user's */

    /* Guarded by PML_LOCK_CALLS. */
    struct promlet_collector *next; /* among those of the registry, in the order of registration */
    pml_callee callee;
    uint64_t began_ns; /* when the call that runs, or ran last, began */
    size_t owners;     /* its being registered, each scrape, and each snapshot that shows it */
    bool is_leaving;   /* is not called any more: somebody waits for the end of the call */
    bool is_going;     /* was unregistered in its own call, at whose end it goes */
    bool has_failed;   /* in the last call */
    uint64_t failures;
    uint64_t cut_help_texts;
};

/* What a registration with an error gives. */
extern promlet_collector pml_sink_collector;

static inline bool pml_collector_is_callback(const promlet_collector *collector)
{
    return collector->ask != NULL;
}

/* Whether scrapes show if it worked, and how long it took: collectors, and callbacks with a
   deadline. Other callbacks are many, and cheap. */
static inline bool pml_collector_is_watched(const promlet_collector *collector)
{
    return collector->name != NULL;
}

/* Deadlines, which both have: sets the last error for one that can't be. */
promlet_status pml_collector_check_deadline(const char *name, double seconds);
uint64_t pml_collector_deadline_ns(double seconds);

/* A collector from what a user gives, to be added. On an error the last error is set. */
promlet_status pml_collector_make(promlet_registry *registry, const promlet_collector_opts *options,
                                  promlet_collector **collector);

/* Registers a collector whose first fields are set, and takes it over. On an error, its name being
   taken, it is freed, with the last error set. */
promlet_status pml_collector_add(promlet_collector *collector);

/* Frees what was not added. */
void pml_collector_discard(promlet_collector *collector);

/* The one of a registry that has this function; NULL: none. The first adds an owner, to be taken
   away by pml_collector_unpin(). The second has it leave, for the caller to free; nobody else finds
   it. */
promlet_collector *pml_collectors_find(promlet_registry *registry, promlet_collect_fn collect);
promlet_collector *pml_collectors_take(promlet_registry *registry, promlet_collect_fn collect);

void pml_collector_unpin(promlet_collector *collector);

/* Whether this thread is in a call of one of a registry's. */
bool pml_collectors_are_calling(promlet_registry *registry);

/* Unregisters all of a registry, and waits for those that run; not in a call of one of them. */
void pml_collectors_end(promlet_registry *registry);

/* ---- for the one thread that takes a snapshot ------------------------------------------------ */

/* All of a registry in the order of registration, with one owner more each: *count of them in
 *list, which is NULL when there are none. False when out of memory. */
bool pml_collectors_pin(promlet_registry *registry, promlet_collector ***list, size_t *count);

/* Whether there are some. */
bool pml_collectors_are_there(promlet_registry *registry);

/* Ends that, and frees the list. */
void pml_collectors_unpin(promlet_collector **list, size_t count);

/* A call of a pinned one begins. False if one still runs, which *still_runs says, or it is leaving.
 */
bool pml_collector_begin(promlet_collector *collector, bool *still_runs);

/* The call ends, in the thread in which it ran. The first is called before the lock is taken, the
   second with PML_LOCK_CALLS held; true if pml_collector_discard() must follow without it. */
void pml_collector_before_end(promlet_collector *collector);
bool pml_collector_end_locked(promlet_collector *collector);

/* All three. */
void pml_collector_end(promlet_collector *collector);

#endif
