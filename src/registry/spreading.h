/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which series get per-CPU cells, and when: at creation if the options say so; else in a snapshot,
 * once more than PML_HOT_RATE recordings a second have fallen on a series since the last look.
 * Never more than the registry's budget. Nothing is ever taken back from a series that lives.
 */
#ifndef PML_REGISTRY_SPREADING_H
#define PML_REGISTRY_SPREADING_H

#include "registry/registry.h"

/* Recordings a second. Where they all meet on one cell and each takes 100 ns for it, that is one
   percent of a CPU; what is above it is worth its memory. */
#define PML_HOT_RATE 100000

/* One look at how often all series of a registry were recorded on. */
typedef struct pml_spreading {
    promlet_registry *registry;
    bool is_due;             /* long enough after the last look to tell a rate */
    uint64_t hot_recordings; /* how many since then are a high rate */
} pml_spreading;

/* For the one thread that takes a snapshot. */
pml_spreading pml_spreading_begin(promlet_registry *registry);

/* True if recordings have become so many since the last look, which *judged remembers. */
static inline bool pml_spreading_is_much(const pml_spreading *spreading, uint64_t recordings,
                                         uint64_t *judged)
{
    /* Fewer than before: it has started again at zero. */
    uint64_t more = recordings >= *judged ? recordings - *judged : recordings;
    if (recordings != *judged) {
        *judged = recordings;
    }
    return more >= spreading->hot_recordings;
}

/* The same for the recordings that words stand for; false if it is not a look at all. */
bool pml_spreading_is_hot(const pml_spreading *spreading, const pml_kind *kind,
                          const uint64_t *words, size_t word_count, uint64_t *judged);

/* Whether this is a look at the series of a family. */
bool pml_spreading_looks_at(const pml_spreading *spreading, const pml_family *family);

/* Gives a series per-CPU cells, if it has none and the budget some. */
void pml_spreading_give(const pml_spreading *spreading, pml_family *family, pml_series *series);

/* If it is such a look: gives them to a series that is hot by its recordings. */
static inline void pml_spreading_judge(const pml_spreading *spreading, pml_family *family,
                                       pml_series *series, uint64_t recordings)
{
    if (pml_spreading_is_much(spreading, recordings, &series->judged)) {
        pml_spreading_give(spreading, family, series);
    }
}

/* Warns, once, if the budget was too small for a series. */
void pml_spreading_end(const pml_spreading *spreading);

/* Per-CPU cells within the budget, or NULL. _locked: with PML_LOCK_CHANGES held. */
struct promlet_spread *pml_spreading_take(promlet_registry *registry, size_t word_count);
struct promlet_spread *pml_spreading_take_locked(promlet_registry *registry, size_t word_count);

/* Gives a series per-CPU cells, if the budget has some; with PML_LOCK_CHANGES held. */
void pml_spreading_publish_locked(pml_family *family, pml_series *series);

/* Frees cells that nobody uses any more; NULL is allowed. _locked: with PML_LOCK_CHANGES held. */
void pml_spreading_give_back(promlet_registry *registry, struct promlet_spread *spread,
                             size_t word_count);
void pml_spreading_give_back_locked(promlet_registry *registry, struct promlet_spread *spread,
                                    size_t word_count);

#endif
