/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits of the cgroup of the process. Those of the cgroups above it hold as well, so the least on
 * the way up is shown.
 */
#include "collect/process.h"

#include <string.h>

enum { MAX_CPUS, THROTTLED, MEMORY_MAX, MEMORY, MAX_THREADS, LIMIT_FAMILIES };

static const promlet_emit_opts limit_families[LIMIT_FAMILIES] = {
    [MAX_CPUS] = {.name = "process_cgroup_max_cpus",
                  .help = "How many CPUs the cgroup of the process may use on average.",
                  .type = PROMLET_TYPE_GAUGE},
    [THROTTLED] = {.name = "process_cgroup_cpu_throttled_seconds_total",
                   .help = "Time that the cgroup of the process was kept from its CPUs.",
                   .unit = "seconds",
                   .type = PROMLET_TYPE_COUNTER},
    [MEMORY_MAX] = {.name = "process_cgroup_memory_max_bytes",
                    .help = "How much memory the cgroup of the process may use.",
                    .unit = "bytes",
                    .type = PROMLET_TYPE_GAUGE},
    [MEMORY] = {.name = "process_cgroup_memory_bytes",
                .help = "How much memory the cgroup of the process uses.",
                .unit = "bytes",
                .type = PROMLET_TYPE_GAUGE},
    [MAX_THREADS] = {.name = "process_cgroup_max_threads",
                     .help = "How many threads the cgroup of the process may have.",
                     .type = PROMLET_TYPE_GAUGE},
};

static bool wants_limits(const promlet_process_opts *options)
{
    return options->cgroup;
}

/* ---- numbers in files ------------------------------------------------------------------------ */

/* One or two numbers of one line; what is no number is not known. */
typedef struct numbers {
    uint64_t values[2];
    size_t count;
} numbers;

static void take_numbers(char *line, void *ctx)
{
    numbers *self = ctx;
    const char *at = line;
    self->count = 0;
    while (self->count < 2 && pml_read_number(at, &at, &self->values[self->count])) {
        self->count++;
        at += strspn(at, " ");
    }
}

static size_t read_numbers(const pml_cgroup_place *place, const char *name, uint64_t values[2])
{
    numbers read = {{0, 0}, 0};
    bool is_read = pml_cgroup_read(place, name, take_numbers, &read);
    memcpy(values, read.values, sizeof read.values);
    return is_read ? read.count : 0;
}

/* In v1 no limit is a number as well: the most pages that there are. */
#define V1_UNLIMITED (UINT64_C(1) << 62)

/* The least of the limits from a cgroup to the topmost; false if there is none. */
static bool find_least(pml_cgroup_place *place, const char *name, uint64_t *least)
{
    bool is_limited = false;
    do {
        uint64_t values[2];
        bool has_limit = read_numbers(place, name, values) == 1 && values[0] < V1_UNLIMITED;
        if (has_limit && (!is_limited || values[0] < *least)) {
            *least = values[0];
            is_limited = true;
        }
    } while (pml_cgroup_go_up(place));
    return is_limited;
}

/* ---- CPUs ------------------------------------------------------------------------------------ */

/* How many there are in one cgroup: time that it may run in each period. */
static bool find_quota(const pml_cgroup_place *place, double *cpus)
{
    uint64_t quota[2];
    if (place->is_v2) {
        if (read_numbers(place, "cpu.max", quota) != 2 || quota[1] == 0) {
            return false;
        }
        *cpus = (double)quota[0] / (double)quota[1];
        return true;
    }
    uint64_t period[2];
    if (read_numbers(place, "cpu.cfs_quota_us", quota) != 1 ||
        read_numbers(place, "cpu.cfs_period_us", period) != 1 || period[0] == 0) {
        return false;
    }
    *cpus = (double)quota[0] / (double)period[0];
    return true;
}

static bool find_least_quota(pml_cgroup_place *place, double *least)
{
    bool is_limited = false;
    do {
        double cpus;
        if (find_quota(place, &cpus) && (!is_limited || cpus < *least)) {
            *least = cpus;
            is_limited = true;
        }
    } while (pml_cgroup_go_up(place));
    return is_limited;
}

/* v2 has microseconds, v1 nanoseconds. */
static bool find_throttled(const pml_cgroup_place *place, double *seconds)
{
    pml_process_field field = {.key = place->is_v2 ? "throttled_usec" : "throttled_time"};
    pml_process_fields wanted = {&field, 1};
    bool is_known = pml_cgroup_read(place, "cpu.stat", pml_take_field, &wanted) && field.is_known;
    *seconds = (double)field.value / (place->is_v2 ? 1e6 : 1e9);
    return is_known;
}

static promlet_status emit_real(promlet_emitter *emitter, const promlet_emit_opts *family,
                                double value)
{
    promlet_status status = promlet_emit_family(emitter, family);
    return status == PROMLET_OK ? promlet_emit_value(emitter, value) : status;
}

static promlet_status emit_cpus(promlet_emitter *emitter, const pml_cgroup *cgroup)
{
    pml_cgroup_place place;
    if (!pml_cgroup_find(cgroup, PML_CGROUP_CPU, &place)) {
        return PROMLET_OK;
    }
    promlet_status status = PROMLET_OK;
    double value;
    if (find_throttled(&place, &value)) {
        status = emit_real(emitter, &limit_families[THROTTLED], value);
    }
    if (status == PROMLET_OK && find_least_quota(&place, &value)) {
        status = emit_real(emitter, &limit_families[MAX_CPUS], value);
    }
    return status;
}

/* ---- memory and threads ---------------------------------------------------------------------- */

static promlet_status emit_memory(promlet_emitter *emitter, const pml_cgroup *cgroup)
{
    pml_cgroup_place place;
    if (!pml_cgroup_find(cgroup, PML_CGROUP_MEMORY, &place)) {
        return PROMLET_OK;
    }
    uint64_t used[2];
    bool is_known =
        read_numbers(&place, place.is_v2 ? "memory.current" : "memory.usage_in_bytes", used) == 1;
    promlet_status status = pml_process_emit(emitter, &limit_families[MEMORY], is_known, used[0]);
    uint64_t most = 0;
    is_known = find_least(&place, place.is_v2 ? "memory.max" : "memory.limit_in_bytes", &most);
    return status == PROMLET_OK
               ? pml_process_emit(emitter, &limit_families[MEMORY_MAX], is_known, most)
               : status;
}

static promlet_status emit_threads(promlet_emitter *emitter, const pml_cgroup *cgroup)
{
    pml_cgroup_place place;
    uint64_t most = 0;
    bool is_known =
        pml_cgroup_find(cgroup, PML_CGROUP_PIDS, &place) && find_least(&place, "pids.max", &most);
    return pml_process_emit(emitter, &limit_families[MAX_THREADS], is_known, most);
}

static promlet_status emit_all_limits(promlet_emitter *emitter, pml_process *process)
{
    promlet_status status = emit_cpus(emitter, &process->cgroup);
    if (status == PROMLET_OK) {
        status = emit_memory(emitter, &process->cgroup);
    }
    return status == PROMLET_OK ? emit_threads(emitter, &process->cgroup) : status;
}

const pml_process_part pml_process_limits = {limit_families, LIMIT_FAMILIES, wants_limits,
                                             emit_all_limits};
