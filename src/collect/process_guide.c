/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nine metrics of prometheus.io, "Writing client libraries", with the names and help texts that
 * it gives, and the most memory that there was.
 */
#include "collect/process.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

static bool always(const promlet_process_opts *options)
{
    (void)options;
    return true;
}

enum {
    CPU_SECONDS,
    OPEN_FDS,
    MAX_FDS,
    VIRTUAL_MEMORY,
    VIRTUAL_MEMORY_MAX,
    RESIDENT_MEMORY,
    HEAP,
    START_TIME,
    THREADS,
    GUIDE_FAMILIES
};

static const promlet_emit_opts guide_families[GUIDE_FAMILIES] = {
    [CPU_SECONDS] = {.name = "process_cpu_seconds_total",
                     .help = "Total user and system CPU time spent in seconds.",
                     .unit = "seconds",
                     .type = PROMLET_TYPE_COUNTER},
    [OPEN_FDS] = {.name = "process_open_fds",
                  .help = "Number of open file descriptors.",
                  .type = PROMLET_TYPE_GAUGE},
    [MAX_FDS] = {.name = "process_max_fds",
                 .help = "Maximum number of open file descriptors.",
                 .type = PROMLET_TYPE_GAUGE},
    [VIRTUAL_MEMORY] = {.name = "process_virtual_memory_bytes",
                        .help = "Virtual memory size in bytes.",
                        .unit = "bytes",
                        .type = PROMLET_TYPE_GAUGE},
    [VIRTUAL_MEMORY_MAX] = {.name = "process_virtual_memory_max_bytes",
                            .help = "Maximum amount of virtual memory available in bytes.",
                            .unit = "bytes",
                            .type = PROMLET_TYPE_GAUGE},
    [RESIDENT_MEMORY] = {.name = "process_resident_memory_bytes",
                         .help = "Resident memory size in bytes.",
                         .unit = "bytes",
                         .type = PROMLET_TYPE_GAUGE},
    [HEAP] = {.name = "process_heap_bytes",
              .help = "Process heap size in bytes.",
              .unit = "bytes",
              .type = PROMLET_TYPE_GAUGE},
    [START_TIME] = {.name = "process_start_time_seconds",
                    .help = "Start time of the process since unix epoch in seconds.",
                    .unit = "seconds",
                    .type = PROMLET_TYPE_GAUGE},
    [THREADS] = {.name = "process_threads",
                 .help = "Number of OS threads in the process.",
                 .type = PROMLET_TYPE_GAUGE},
};

/* ---- descriptors ----------------------------------------------------------------------------- */

/* Descriptors below the size of their table, which does not shrink. Unlike reading /proc/self/fd,
   this takes no descriptor, and less time for each that is open. */
static uint64_t count_descriptors(uint64_t table_size)
{
    uint64_t count = 0;
    for (int fd = 0; fd < INT_MAX && (uint64_t)fd < table_size; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

/* Since Linux 6.2 the size of the folder is the number; before it was 0. */
static bool find_open_fds(const pml_process *process, uint64_t *count)
{
    char path[PML_PATH_SIZE];
    struct stat folder;
    if (pml_proc_path(path, "self/fd") && stat(path, &folder) == 0 && folder.st_size > 0) {
        *count = (uint64_t)folder.st_size;
        return true;
    }
    const pml_process_field *table = &process->fields[PML_PROCESS_FD_TABLE_SIZE];
    *count = table->is_known ? count_descriptors(table->value) : 0;
    return table->is_known;
}

/* ---- limits and times ------------------------------------------------------------------------ */

/* False if there is none. */
static bool find_limit(int resource, uint64_t *most)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return false;
    }
    *most = (uint64_t)limit.rlim_cur;
    return true;
}

static promlet_status emit_cpu(promlet_emitter *emitter, const pml_process *process)
{
    if (!process->has_usage) {
        return PROMLET_OK;
    }
    const struct timeval *user = &process->usage.ru_utime;
    const struct timeval *system = &process->usage.ru_stime;
    int64_t microseconds = ((int64_t)user->tv_sec + system->tv_sec) * 1000000 +
                           (int64_t)user->tv_usec + system->tv_usec;
    promlet_status status = promlet_emit_family(emitter, &guide_families[CPU_SECONDS]);
    return status == PROMLET_OK ? promlet_emit_value(emitter, (double)microseconds / 1e6) : status;
}

static promlet_status emit_start(promlet_emitter *emitter, pml_process *process)
{
    double seconds;
    if (!pml_process_start_seconds(&process->start, &seconds)) {
        return PROMLET_OK;
    }
    promlet_status status = promlet_emit_family(emitter, &guide_families[START_TIME]);
    return status == PROMLET_OK ? promlet_emit_value(emitter, seconds) : status;
}

/* ---- all ------------------------------------------------------------------------------------- */

static promlet_status emit_field(promlet_emitter *emitter, const promlet_emit_opts *family,
                                 const pml_process_field *field)
{
    return pml_process_emit(emitter, family, field->is_known, field->value);
}

static promlet_status emit_limits(promlet_emitter *emitter, const pml_process *process)
{
    uint64_t value;
    bool is_known = find_open_fds(process, &value);
    promlet_status status = pml_process_emit(emitter, &guide_families[OPEN_FDS], is_known, value);
    if (status == PROMLET_OK) {
        is_known = find_limit(RLIMIT_NOFILE, &value);
        status = pml_process_emit(emitter, &guide_families[MAX_FDS], is_known, value);
    }
    if (status == PROMLET_OK) {
        is_known = find_limit(RLIMIT_AS, &value);
        status = pml_process_emit(emitter, &guide_families[VIRTUAL_MEMORY_MAX], is_known, value);
    }
    return status;
}

static promlet_status emit_memory(promlet_emitter *emitter, const pml_process *process)
{
    const pml_process_field *fields = process->fields;
    promlet_status status =
        emit_field(emitter, &guide_families[VIRTUAL_MEMORY], &fields[PML_PROCESS_VIRTUAL]);
    if (status == PROMLET_OK) {
        status =
            emit_field(emitter, &guide_families[RESIDENT_MEMORY], &fields[PML_PROCESS_RESIDENT]);
    }
    const pml_allocator *allocator = &process->heap.allocator;
    bool is_shown = allocator->is_known && !process->options.no_heap;
    return status == PROMLET_OK ? pml_process_emit(emitter, &guide_families[HEAP], is_shown,
                                                   allocator->used + allocator->mapped)
                                : status;
}

static promlet_status emit_guide(promlet_emitter *emitter, pml_process *process)
{
    promlet_status status = emit_cpu(emitter, process);
    if (status == PROMLET_OK) {
        status = emit_start(emitter, process);
    }
    if (status == PROMLET_OK) {
        status = emit_limits(emitter, process);
    }
    if (status == PROMLET_OK) {
        status = emit_memory(emitter, process);
    }
    return status == PROMLET_OK ? emit_field(emitter, &guide_families[THREADS],
                                             &process->fields[PML_PROCESS_THREADS])
                                : status;
}

const pml_process_part pml_process_guide = {guide_families, GUIDE_FAMILIES, always, emit_guide};

/* ---- peaks ----------------------------------------------------------------------------------- */

static const promlet_emit_opts peak_families[] = {
    {.name = "process_resident_memory_peak_bytes",
     .help = "The most resident memory that the process has had.",
     .unit = "bytes",
     .type = PROMLET_TYPE_GAUGE},
    {.name = "process_virtual_memory_peak_bytes",
     .help = "The most virtual memory that the process has had.",
     .unit = "bytes",
     .type = PROMLET_TYPE_GAUGE},
};

static bool wants_peaks(const promlet_process_opts *options)
{
    return options->peak_memory;
}

static promlet_status emit_peaks(promlet_emitter *emitter, pml_process *process)
{
    const pml_process_field *fields = process->fields;
    promlet_status status =
        emit_field(emitter, &peak_families[0], &fields[PML_PROCESS_RESIDENT_PEAK]);
    return status == PROMLET_OK
               ? emit_field(emitter, &peak_families[1], &fields[PML_PROCESS_VIRTUAL_PEAK])
               : status;
}

const pml_process_part pml_process_peaks = {peak_families, 2, wants_peaks, emit_peaks};
