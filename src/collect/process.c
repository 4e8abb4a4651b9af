/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metrics of the process are a collector of the registry, which owns all that they need. They
 * are read anew at each scrape.
 */
#include "collect/process.h"

#include "base/alloc.h"
#include "base/options.h"
#include "base/report.h"
#include "registry/collector.h"
#include "registry/registry.h"

#include <string.h>

#define COLLECTOR_NAME "promlet_process"

static const pml_process_part *const parts[] = {
    &pml_process_guide, &pml_process_peaks,  &pml_process_switches, &pml_process_faults,
    &pml_process_io,    &pml_process_limits, &pml_process_pressure, &pml_process_malloc,
};

#define PARTS (sizeof parts / sizeof parts[0])

/* ---- emitting -------------------------------------------------------------------------------- */

promlet_status pml_process_emit(promlet_emitter *emitter, const promlet_emit_opts *family,
                                bool is_known, uint64_t value)
{
    if (!is_known) {
        return PROMLET_OK;
    }
    promlet_status status = promlet_emit_family(emitter, family);
    return status == PROMLET_OK ? promlet_emit_u64(emitter, value) : status;
}

promlet_status pml_process_emit_two(promlet_emitter *emitter, const promlet_emit_opts *family,
                                    const char *const labels[2], const uint64_t values[2])
{
    promlet_status status = promlet_emit_family(emitter, family);
    for (int i = 0; status == PROMLET_OK && i < 2; i++) {
        status = promlet_emit_u64(emitter, values[i], labels[i]);
    }
    return status;
}

static const char *const status_keys[PML_PROCESS_STATUS_FIELDS] = {
    [PML_PROCESS_VIRTUAL_PEAK] = "VmPeak:",  [PML_PROCESS_VIRTUAL] = "VmSize:",
    [PML_PROCESS_RESIDENT_PEAK] = "VmHWM:",  [PML_PROCESS_RESIDENT] = "VmRSS:",
    [PML_PROCESS_FD_TABLE_SIZE] = "FDSize:", [PML_PROCESS_THREADS] = "Threads:",
};

static void forget_status(pml_process *process)
{
    for (int i = 0; i < PML_PROCESS_STATUS_FIELDS; i++) {
        process->fields[i] = (pml_process_field){.key = status_keys[i]};
    }
}

/* A process whose first thread has ended shows its memory and descriptors in the others only. */
static void read_status(pml_process *process)
{
    pml_process_fields wanted = {process->fields, PML_PROCESS_STATUS_FIELDS};
    forget_status(process);
    if (!pml_kept_file_read(&process->status, pml_take_field, &wanted)) {
        forget_status(process);
    } else if (!process->fields[PML_PROCESS_VIRTUAL].is_known) {
        (void)pml_proc_read("thread-self/status", pml_take_field, &wanted);
    }
    for (int i = PML_PROCESS_VIRTUAL_PEAK; i <= PML_PROCESS_RESIDENT; i++) {
        process->fields[i].value *= 1024; /* the kernel says kB, and means KiB */
    }
}

static promlet_status collect(promlet_emitter *emitter, void *ctx)
{
    pml_process *process = ctx;
    read_status(process);
    process->has_usage = getrusage(RUSAGE_SELF, &process->usage) == 0;
    if (!process->options.no_heap || process->options.allocator) {
        pml_allocator_refresh(&process->heap);
    }
    promlet_status status = pml_process_emit_info(emitter, &process->target);
    if (status == PROMLET_OK) {
        status = pml_process_emit_info(emitter, &process->build);
    }
    for (size_t i = 0; status == PROMLET_OK && i < PARTS; i++) {
        if (parts[i]->is_chosen(&process->options)) {
            status = parts[i]->emit(emitter, process);
        }
    }
    return status;
}

/* ---- options --------------------------------------------------------------------------------- */

/* The texts of options, each of which may be NULL. */
enum { OPTION_TEXTS = 4 };

static void list_texts(promlet_process_opts *options, const char **texts[OPTION_TEXTS])
{
    texts[0] = &options->version;
    texts[1] = &options->revision;
    texts[2] = &options->service_name;
    texts[3] = &options->resource_attributes;
}

static bool copy_texts(promlet_process_opts *options, pml_arena *arena)
{
    const char **texts[OPTION_TEXTS];
    list_texts(options, texts);
    bool is_copied = true;
    for (int i = 0; i < OPTION_TEXTS; i++) {
        if (*texts[i] != NULL) {
            *texts[i] = pml_arena_copy(arena, *texts[i], strlen(*texts[i]));
            is_copied &= *texts[i] != NULL;
        }
    }
    return is_copied;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool are_same(const promlet_process_opts *a, const promlet_process_opts *b)
{
    return a->context_switches == b->context_switches && a->page_faults == b->page_faults &&
           a->io == b->io && a->peak_memory == b->peak_memory && a->pressure == b->pressure &&
           a->cgroup == b->cgroup && a->allocator == b->allocator && a->no_heap == b->no_heap &&
           is_same_text(a->version, b->version) && is_same_text(a->revision, b->revision) &&
           is_same_text(a->service_name, b->service_name) &&
           is_same_text(a->resource_attributes, b->resource_attributes);
}

/* ---- life ------------------------------------------------------------------------------------ */

static void free_process(void *ctx)
{
    pml_process *process = ctx;
    pml_kept_file_end(&process->status);
    pml_kept_file_end(&process->io);
    pml_arena_free(&process->arena);
    pml_free(process);
}

static promlet_status start_process(pml_process *process, const pml_naming *naming)
{
    const promlet_process_opts *options = &process->options;
    if (!copy_texts(&process->options, &process->arena)) {
        return pml_fail_memory();
    }
    promlet_status status =
        pml_process_make_build_info(&process->build, &process->arena, options, naming);
    if (status == PROMLET_OK) {
        status = pml_process_make_target_info(&process->target, &process->arena, options, naming);
    }
    if (status == PROMLET_OK && (options->cgroup || options->pressure) &&
        !pml_cgroup_learn(&process->cgroup, &process->arena)) {
        status = pml_fail_memory();
    }
    return status;
}

static void ignore_line(char *line, void *ctx)
{
    (void)line;
    (void)ctx;
}

/* Later there may be no descriptor left. */
static void open_files(pml_process *process)
{
    double start;
    (void)pml_kept_file_read(&process->status, ignore_line, NULL);
    (void)pml_process_start_seconds(&process->start, &start);
    if (process->options.io) {
        (void)pml_kept_file_read(&process->io, ignore_line, NULL);
    }
}

/* NULL: status says why. */
static pml_process *new_process(const promlet_process_opts *options, const pml_naming *naming,
                                promlet_status *status)
{
    pml_process *process = pml_alloc_zeroed(sizeof *process);
    if (process == NULL) {
        *status = pml_fail_memory();
        return NULL;
    }
    process->options = *options;
    pml_kept_file_start(&process->status, "self/status");
    pml_kept_file_start(&process->io, "self/io");
    *status = start_process(process, naming);
    if (*status != PROMLET_OK) {
        free_process(process);
        return NULL;
    }
    open_files(process);
    return process;
}

/* ---- registering ----------------------------------------------------------------------------- */

/* The names of all families that may be emitted. NULL when out of memory. */
static const char **list_families(pml_process *process, size_t *count)
{
    size_t most = 2;
    for (size_t i = 0; i < PARTS; i++) {
        most += parts[i]->family_count;
    }
    const char **names = pml_arena_take(&process->arena, most * sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    *count = 0;
    names[(*count)++] = process->target.family.name;
    names[(*count)++] = process->build.family.name;
    for (size_t i = 0; i < PARTS; i++) {
        for (size_t j = 0; j < parts[i]->family_count; j++) {
            names[(*count)++] = parts[i]->families[j].name;
        }
    }
    return names;
}

/* Takes the process over. */
static promlet_status add_process(promlet_registry *registry, pml_process *process)
{
    promlet_collector_opts options = {.name = COLLECTOR_NAME, .collect = collect, .ctx = process};
    options.families = list_families(process, &options.family_count);
    promlet_collector *collector;
    promlet_status status = options.families != NULL
                                ? pml_collector_make(registry, &options, &collector)
                                : pml_fail_memory();
    if (status != PROMLET_OK) {
        free_process(process);
        return status;
    }
    collector->is_own = true;
    collector->free_ctx = free_process;
    return pml_collector_add(collector);
}

/* True if there are such metrics already; *status says whether they are the same. */
static bool find_registered(promlet_registry *registry, const promlet_process_opts *options,
                            promlet_status *status)
{
    promlet_collector *collector = pml_collectors_find(registry, collect);
    if (collector == NULL) {
        return false;
    }
    const pml_process *process = collector->ctx;
    *status =
        are_same(&process->options, options)
            ? PROMLET_OK
            : pml_fail(PROMLET_ERROR_CONFLICT,
                       "the metrics of the process are registered with other options already; "
                       "unregister them first");
    pml_collector_unpin(collector);
    return true;
}

static promlet_status register_in(promlet_registry *registry, const promlet_process_opts *options)
{
    promlet_status status;
    if (find_registered(registry, options, &status)) {
        return status;
    }
    pml_process *process = new_process(options, pml_registry_naming(registry), &status);
    if (process != NULL) {
        status = add_process(registry, process);
    }
    if (status == PROMLET_ERROR_CONFLICT) { /* another thread was faster, or a user has the name */
        (void)find_registered(registry, options, &status);
    }
    return status;
}

promlet_status promlet_process_metrics_register_sized(promlet_registry *registry,
                                                      const promlet_process_opts *given,
                                                      size_t options_size)
{
    promlet_registry *owner = pml_registry_of(registry);
    promlet_process_opts options;
    pml_options_size size = {options_size, sizeof options};
    promlet_status status =
        pml_options_read_if_any(given, &options, size, "the options for the process");
    if (status == PROMLET_OK) {
        status = register_in(owner, &options);
    }
    if (status != PROMLET_OK) {
        pml_registry_fail(owner, status);
    }
    return status;
}

promlet_status promlet_process_metrics_unregister(promlet_registry *registry)
{
    promlet_collector *collector = pml_collectors_take(pml_registry_of(registry), collect);
    if (collector == NULL) {
        return pml_fail(PROMLET_ERROR_NOT_FOUND, "the metrics of the process are not registered");
    }
    promlet_collector_free(collector);
    return PROMLET_OK;
}
