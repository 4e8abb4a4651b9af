/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the metrics of the process are made of. Each part knows its families and emits those whose
 * values it gets; what it does not get is left out, and no error.
 */
#ifndef PML_COLLECT_PROCESS_H
#define PML_COLLECT_PROCESS_H

#include "base/arena.h"
#include "collect/process_allocator.h"
#include "collect/process_cgroup.h"
#include "collect/process_file.h"
#include "collect/process_info.h"
#include "collect/process_start.h"

#include <promlet/collector.h>
#include <promlet/process.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* Lines of /proc/self/status. */
typedef enum pml_process_status_field {
    PML_PROCESS_VIRTUAL_PEAK,
    PML_PROCESS_VIRTUAL,
    PML_PROCESS_RESIDENT_PEAK,
    PML_PROCESS_RESIDENT,
    PML_PROCESS_FD_TABLE_SIZE,
    PML_PROCESS_THREADS,
    PML_PROCESS_STATUS_FIELDS
} pml_process_status_field;

/* The metrics of the process in one registry. Used by one scrape at a time. */
typedef struct pml_process {
    pml_arena arena;              /* all texts */
    promlet_process_opts options; /* with copies of the texts */
    pml_kept_file status;
    pml_kept_file io;
    pml_process_start start;
    pml_allocator_reading heap;
    pml_cgroup cgroup;
    pml_process_info build;
    pml_process_info target;

    /* Of the scrape that runs. */
    pml_process_field fields[PML_PROCESS_STATUS_FIELDS]; /* memory in bytes */
    struct rusage usage;
    bool has_usage;
} pml_process;

typedef struct pml_process_part {
    const promlet_emit_opts *families; /* all that it can emit */
    size_t family_count;
    bool (*is_chosen)(const promlet_process_opts *options);
    promlet_status (*emit)(promlet_emitter *emitter, pml_process *process);
} pml_process_part;

extern const pml_process_part pml_process_guide;
extern const pml_process_part pml_process_switches;
extern const pml_process_part pml_process_faults;
extern const pml_process_part pml_process_io;
extern const pml_process_part pml_process_peaks;
extern const pml_process_part pml_process_pressure;
extern const pml_process_part pml_process_limits; /* of its cgroup */
extern const pml_process_part pml_process_malloc;

/* A family without labels, if its value is known. */
promlet_status pml_process_emit(promlet_emitter *emitter, const promlet_emit_opts *family,
                                bool is_known, uint64_t value);

/* A family with two series, told apart by the value of its only label. */
promlet_status pml_process_emit_two(promlet_emitter *emitter, const promlet_emit_opts *family,
                                    const char *const labels[2], const uint64_t values[2]);

#endif
