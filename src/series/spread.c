/* SPDX-License-Identifier: Apache-2.0 */
/* Making, publishing and reading per-CPU cells. */
#include "series/spread.h"

#include "base/alloc.h"
#include "base/atomic.h"
#include "base/stripe.h"

#include <promlet/recording.h>

#include <errno.h>
#include <math.h>
#include <unistd.h>

/* Two cache lines, since CPUs fetch them in pairs: nothing that one CPU writes may share a pair
   with what another one writes or reads. */
#define CELL_ALIGNMENT ((size_t)128)

/* Sections of a CPU beyond it fail to the series' own cell; atomic additions go to any cell. */
#define MAX_CELLS 1024

static size_t round_up(size_t size)
{
    return (size + CELL_ALIGNMENT - 1) & ~(CELL_ALIGNMENT - 1);
}

static size_t stride_of(size_t word_count)
{
    return round_up(word_count * sizeof(uint64_t));
}

/* Those that are offline now, too: they may come. Without /sys libc counts the CPUs that this
   thread may run on, which says nothing of their numbers. */
static uint32_t ask_for_cpus(void)
{
    long configured = sysconf(_SC_NPROCESSORS_CONF);
    long allowed = (long)pml_highest_cpu() + 1;
    long count = configured > allowed ? configured : allowed;
    return count > MAX_CELLS ? MAX_CELLS : (uint32_t)count;
}

/* Asked once: libc reads a file for it, and all of a process must agree. */
static uint32_t count_cpus(void)
{
    static _Atomic uint32_t known = 0;
    /* relaxed: the number stands for itself. */
    uint32_t count = pml_load_relaxed(&known);
    if (count == 0) {
        int saved_errno = errno;
        uint32_t answer = ask_for_cpus();
        errno = saved_errno;
        /* relaxed: as above; what another thread has stored meanwhile comes first. */
        count = pml_exchange_if_relaxed(&known, &count, answer) ? answer : count;
    }
    return count;
}

void pml_spread_prepare(void)
{
    (void)count_cpus();
}

/* The head, and the baseline behind it. */
static size_t head_bytes(size_t word_count)
{
    return sizeof(struct promlet_spread) + word_count * sizeof(uint64_t);
}

static size_t bytes_of(size_t word_count, uint32_t cell_count)
{
    return round_up(head_bytes(word_count)) + CELL_ALIGNMENT + stride_of(word_count) * cell_count;
}

size_t pml_spread_bytes(size_t word_count)
{
    return bytes_of(word_count, count_cpus());
}

static struct promlet_spread *make_spread(size_t word_count, int64_t rseq_offset)
{
    uint32_t cell_count = count_cpus();
    struct promlet_spread *spread = pml_alloc_zeroed(bytes_of(word_count, cell_count));
    if (spread == NULL) {
        return NULL;
    }
    spread->cells = (char *)round_up((size_t)(uintptr_t)spread + head_bytes(word_count));
    spread->stride = stride_of(word_count);
    spread->cell_count = cell_count;
    spread->rseq_offset = rseq_offset;
    return spread;
}

struct promlet_spread *pml_spread_new(size_t word_count)
{
    bool is_restartable = promlet_get_recording_path() == PROMLET_PATH_RESTARTABLE;
    return make_spread(word_count, is_restartable ? pml_rseq_offset() : 0);
}

struct promlet_spread *pml_spread_new_atomic(size_t word_count)
{
    return make_spread(word_count, 0);
}

void pml_spread_free(struct promlet_spread *spread)
{
    pml_free(spread);
}

void pml_spread_publish(struct promlet_spread **place, struct promlet_spread *spread)
{
    /* release: pairs with the acquire in promlet_hot_spread(); head and zeroed cells are ready. */
    pml_pointer_store_release(place, spread);
}

static const uint64_t *word_of(const struct promlet_spread *spread, uint32_t cell, size_t word)
{
    return (const uint64_t *)(void *)(spread->cells + cell * spread->stride) + word;
}

/* The sum of a word when the series last started again. A file-scope cell has none, and may have
   been given its cells by another copy of the library; but both are made by this file. */
static uint64_t *baseline_of(const struct promlet_spread *spread, size_t word)
{
    return (uint64_t *)(spread + 1) + word;
}

static uint64_t sum_whole(const struct promlet_spread *spread, size_t word, uint64_t sum)
{
    for (uint32_t i = 0; i < spread->cell_count; i++) {
        /* acquire: pairs with the releases in observe_striped() and promlet_cell1_add_whole(), and
           with the order in which the stores of restartable sequences become visible. */
        sum += pml_word_load_acquire(word_of(spread, i, word));
    }
    return sum;
}

static double sum_real(const struct promlet_spread *spread, size_t word, double sum)
{
    for (uint32_t i = 0; i < spread->cell_count; i++) {
        /* relaxed: what was read before orders it. Always added in this order, so that a sum of
           parts that only grow never falls by rounding. */
        sum += pml_double_of_bits(pml_word_load_relaxed(word_of(spread, i, word)));
    }
    return sum;
}

uint64_t pml_spread_sum_whole(const struct promlet_spread *spread, size_t word, uint64_t own)
{
    /* relaxed: a reader that meets a change of it reads the series again, see read_all(). */
    return sum_whole(spread, word, own) - pml_word_load_relaxed(baseline_of(spread, word));
}

double pml_spread_sum_real(const struct promlet_spread *spread, size_t word, double own)
{
    /* relaxed: as above. Nearly always 0, which keeps what it is taken from. */
    double baseline = pml_double_of_bits(pml_word_load_relaxed(baseline_of(spread, word)));
    return baseline == 0 ? sum_real(spread, word, own)
                         : own + (sum_real(spread, word, 0) - baseline);
}

void pml_spread_reset_whole(struct promlet_spread *spread, size_t word)
{
    if (spread != NULL) {
        /* relaxed: who revives the series publishes that it is done. */
        pml_word_store_relaxed(baseline_of(spread, word), sum_whole(spread, word, 0));
    }
}

double pml_spread_mark_real(const struct promlet_spread *spread, size_t word)
{
    return spread != NULL ? sum_real(spread, word, 0) : 0;
}

/* Cells are written by their CPUs alone, but nothing can be taken off a sum that has overflowed,
   and nothing is lost with it. A recording that runs meanwhile may bring one back, until the next
   time.
 */
static void empty_cells(const struct promlet_spread *spread, size_t word)
{
    for (uint32_t i = 0; i < spread->cell_count; i++) {
        /* relaxed: as above. */
        pml_word_store_relaxed((uint64_t *)word_of(spread, i, word), pml_bits_of_double(0));
    }
}

void pml_spread_rebase_real(struct promlet_spread *spread, size_t word, double mark)
{
    if (spread == NULL) {
        return;
    }
    if (!isfinite(mark)) {
        empty_cells(spread, word);
        mark = 0;
    }
    /* relaxed: as above. */
    pml_word_store_relaxed(baseline_of(spread, word), pml_bits_of_double(mark));
}

void pml_spread_reset_real(struct promlet_spread *spread, size_t word)
{
    pml_spread_rebase_real(spread, word, pml_spread_mark_real(spread, word));
}
