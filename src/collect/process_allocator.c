/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metrics of the allocator, beside process_heap_bytes.
 *
 * To tell how it stands, glibc walks over all free chunks, with each arena locked meanwhile: some
 * 0.4 ms for 10,000 chunks, 30 ms for 100,000 and 0.6 s for a million. Threads of the host that
 * allocate have to wait for that, so a walk that was long is the last one: no metric is worth it,
 * and chunks seldom become few again. Those that are short take at most a thousandth of the time,
 * however often somebody scrapes; the last numbers are shown in between.
 */
#include "collect/process_allocator.h"

#include "base/clock.h"
#include "base/report.h"
#include "collect/process.h"

#define NS_PER_MS UINT64_C(1000000)
#define LONGEST_WALK_NS (10 * NS_PER_MS)
#define REST_FACTOR 1000

static void end_readings(pml_allocator_reading *reading)
{
    pml_warn("process_heap_bytes and malloc_*: left out from now on, since asking malloc() took "
             "%llu ms, while threads that allocate have to wait; with no_heap, and without "
             "allocator, it is never asked",
             (unsigned long long)(reading->allocator.walk_ns / NS_PER_MS));
    reading->is_over = true;
    reading->allocator = (pml_allocator){.is_known = false};
}

void pml_allocator_refresh(pml_allocator_reading *reading)
{
    bool is_fresh =
        pml_is_this_process(&reading->process) && pml_clock_monotonic_ns() < reading->next_ns;
    if (reading->is_over || is_fresh) {
        return;
    }
    reading->allocator = pml_allocator_read();
    reading->process = pml_this_process();
    reading->next_ns = pml_clock_monotonic_ns() + reading->allocator.walk_ns * REST_FACTOR;
    if (reading->allocator.walk_ns > LONGEST_WALK_NS) {
        end_readings(reading);
    }
}

enum { ARENA, MAPPED, USED, FREE, RELEASABLE, FREE_CHUNKS, MAPPED_CHUNKS, ALLOCATOR_FAMILIES };

static const promlet_emit_opts allocator_families[ALLOCATOR_FAMILIES] = {
    [ARENA] = {.name = "malloc_arena_bytes",
               .help = "Memory that malloc() cuts into chunks.",
               .unit = "bytes",
               .type = PROMLET_TYPE_GAUGE},
    [MAPPED] = {.name = "malloc_mapped_bytes",
                .help = "Memory of chunks that are mapped on their own.",
                .unit = "bytes",
                .type = PROMLET_TYPE_GAUGE},
    [USED] = {.name = "malloc_used_bytes",
              .help = "Memory of the arenas that is given out.",
              .unit = "bytes",
              .type = PROMLET_TYPE_GAUGE},
    [FREE] = {.name = "malloc_free_bytes",
              .help = "Memory of the arenas that is not given out.",
              .unit = "bytes",
              .type = PROMLET_TYPE_GAUGE},
    [RELEASABLE] = {.name = "malloc_releasable_bytes",
                    .help = "Free memory at the top of the main arena.",
                    .unit = "bytes",
                    .type = PROMLET_TYPE_GAUGE},
    [FREE_CHUNKS] = {.name = "malloc_free_chunks",
                     .help = "Free chunks of the arenas.",
                     .type = PROMLET_TYPE_GAUGE},
    [MAPPED_CHUNKS] = {.name = "malloc_mapped_chunks",
                       .help = "Chunks that are mapped on their own.",
                       .type = PROMLET_TYPE_GAUGE},
};

static bool wants_allocator(const promlet_process_opts *options)
{
    return options->allocator;
}

static promlet_status emit_allocator(promlet_emitter *emitter, pml_process *process)
{
    const pml_allocator *allocator = &process->heap.allocator;
    const uint64_t values[ALLOCATOR_FAMILIES] = {
        [ARENA] = allocator->arena,
        [MAPPED] = allocator->mapped,
        [USED] = allocator->used,
        [FREE] = allocator->unused,
        [RELEASABLE] = allocator->releasable,
        [FREE_CHUNKS] = allocator->free_chunks,
        [MAPPED_CHUNKS] = allocator->mapped_chunks,
    };
    promlet_status status = PROMLET_OK;
    for (int i = 0; status == PROMLET_OK && i < ALLOCATOR_FAMILIES; i++) {
        status = pml_process_emit(emitter, &allocator_families[i], allocator->is_known, values[i]);
    }
    return status;
}

const pml_process_part pml_process_malloc = {allocator_families, ALLOCATOR_FAMILIES,
                                             wants_allocator, emit_allocator};
