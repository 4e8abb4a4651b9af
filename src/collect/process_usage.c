/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Context switches, page faults, input and output. /proc/self/status has context switches as well,
 * but only those of the first thread.
 */
#include "collect/process.h"

/* ---- context switches ------------------------------------------------------------------------ */

static const promlet_emit_opts switch_family = {
    .name = "process_context_switches_total",
    .help = "How often threads of the process have stopped running.",
    .type = PROMLET_TYPE_COUNTER,
    .labels = {"type"},
};

static bool wants_switches(const promlet_process_opts *options)
{
    return options->context_switches;
}

static promlet_status emit_switches(promlet_emitter *emitter, pml_process *process)
{
    static const char *const types[2] = {"voluntary", "involuntary"};
    const uint64_t counts[2] = {(uint64_t)process->usage.ru_nvcsw,
                                (uint64_t)process->usage.ru_nivcsw};
    return process->has_usage ? pml_process_emit_two(emitter, &switch_family, types, counts)
                              : PROMLET_OK;
}

const pml_process_part pml_process_switches = {&switch_family, 1, wants_switches, emit_switches};

/* ---- page faults ----------------------------------------------------------------------------- */

static const promlet_emit_opts fault_family = {
    .name = "process_page_faults_total",
    .help = "Page faults of the process; major ones had to read from a disk.",
    .type = PROMLET_TYPE_COUNTER,
    .labels = {"type"},
};

static bool wants_faults(const promlet_process_opts *options)
{
    return options->page_faults;
}

static promlet_status emit_faults(promlet_emitter *emitter, pml_process *process)
{
    static const char *const types[2] = {"minor", "major"};
    const uint64_t counts[2] = {(uint64_t)process->usage.ru_minflt,
                                (uint64_t)process->usage.ru_majflt};
    return process->has_usage ? pml_process_emit_two(emitter, &fault_family, types, counts)
                              : PROMLET_OK;
}

const pml_process_part pml_process_faults = {&fault_family, 1, wants_faults, emit_faults};

/* ---- input and output ------------------------------------------------------------------------ */

/* The first three in the order of the fields below, two of which are the directions of one. */
static const promlet_emit_opts io_families[] = {
    {.name = "process_io_bytes_total",
     .help = "Bytes that the process has read and written, from and to anything.",
     .unit = "bytes",
     .type = PROMLET_TYPE_COUNTER,
     .labels = {"direction"}},
    {.name = "process_io_calls_total",
     .help = "Calls by which the process has read and written.",
     .type = PROMLET_TYPE_COUNTER,
     .labels = {"direction"}},
    {.name = "process_io_storage_bytes_total",
     .help = "Bytes that the process has caused storage to be read and written.",
     .unit = "bytes",
     .type = PROMLET_TYPE_COUNTER,
     .labels = {"direction"}},
    {.name = "process_io_cancelled_bytes_total",
     .help = "Bytes counted as written to storage that were removed before.",
     .unit = "bytes",
     .type = PROMLET_TYPE_COUNTER},
};

enum { DIRECTED_FAMILIES = 3, CANCELLED = 3, IO_FAMILIES = 4, IO_FIELDS = 7 };

static bool wants_io(const promlet_process_opts *options)
{
    return options->io;
}

static promlet_status emit_io_fields(promlet_emitter *emitter, const pml_process_field *fields)
{
    static const char *const directions[2] = {"read", "write"};
    promlet_status status = PROMLET_OK;
    for (int i = 0; status == PROMLET_OK && i < DIRECTED_FAMILIES; i++) {
        const pml_process_field *pair = &fields[2 * i];
        const uint64_t values[2] = {pair[0].value, pair[1].value};
        if (pair[0].is_known && pair[1].is_known) {
            status = pml_process_emit_two(emitter, &io_families[i], directions, values);
        }
    }
    const pml_process_field *cancelled = &fields[IO_FIELDS - 1];
    return status == PROMLET_OK ? pml_process_emit(emitter, &io_families[CANCELLED],
                                                   cancelled->is_known, cancelled->value)
                                : status;
}

static promlet_status emit_io(promlet_emitter *emitter, pml_process *process)
{
    pml_process_field fields[IO_FIELDS] = {
        {.key = "rchar:"},
        {.key = "wchar:"},
        {.key = "syscr:"},
        {.key = "syscw:"},
        {.key = "read_bytes:"},
        {.key = "write_bytes:"},
        {.key = "cancelled_write_bytes:"},
    };
    pml_process_fields wanted = {fields, IO_FIELDS};
    return pml_kept_file_read(&process->io, pml_take_field, &wanted)
               ? emit_io_fields(emitter, fields)
               : PROMLET_OK;
}

const pml_process_part pml_process_io = {io_families, IO_FAMILIES, wants_io, emit_io};
