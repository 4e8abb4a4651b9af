/* SPDX-License-Identifier: Apache-2.0 */
/* Pressure stall information: time lost by waiting for a resource, of the machine and of a cgroup.
 */
#include "collect/process.h"

#include <stdio.h>
#include <string.h>

enum { WAITING, STALLED, PRESSURE_FAMILIES };

static const promlet_emit_opts pressure_families[PRESSURE_FAMILIES] = {
    [WAITING] = {.name = "process_pressure_waiting_seconds_total",
                 .help = "Time in which some thread of the scope has waited for the resource.",
                 .unit = "seconds",
                 .type = PROMLET_TYPE_COUNTER,
                 .labels = {"scope", "resource"}},
    [STALLED] = {.name = "process_pressure_stalled_seconds_total",
                 .help = "Time in which all threads of the scope have waited for the resource.",
                 .unit = "seconds",
                 .type = PROMLET_TYPE_COUNTER,
                 .labels = {"scope", "resource"}},
};

/* As the lines of a file begin. */
static const char *const line_starts[PRESSURE_FAMILIES] = {"some ", "full "};

static const char *const resources[] = {"cpu", "memory", "io"};
enum { RESOURCES = 3 };

enum { CGROUP, MACHINE, SCOPES };
static const char *const scopes[SCOPES] = {"cgroup", "machine"};

/* In microseconds. */
typedef struct pressure {
    uint64_t totals[PRESSURE_FAMILIES];
    bool is_known[PRESSURE_FAMILIES];
} pressure;

static bool wants_pressure(const promlet_process_opts *options)
{
    return options->pressure;
}

static void take_pressure(char *line, void *ctx)
{
    pressure *self = ctx;
    const char *total = strstr(line, " total=");
    for (int i = 0; total != NULL && i < PRESSURE_FAMILIES; i++) {
        const char *end;
        if (strncmp(line, line_starts[i], strlen(line_starts[i])) == 0) {
            self->is_known[i] = pml_read_number(total + strlen(" total="), &end, &self->totals[i]);
        }
    }
}

/* Some kernels have the files, and refuse to read them. */
static void read_machine(pressure *all)
{
    for (int i = 0; i < RESOURCES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "pressure/%s", resources[i]);
        if (!pml_proc_read(name, take_pressure, &all[i])) {
            all[i] = (pressure){{0, 0}, {false, false}};
        }
    }
}

static void read_cgroup(const pml_cgroup *cgroup, pressure *all)
{
    pml_cgroup_place place;
    bool is_found = pml_cgroup_find(cgroup, PML_CGROUP_V2, &place);
    for (int i = 0; is_found && i < RESOURCES; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%s.pressure", resources[i]);
        if (!pml_cgroup_read(&place, name, take_pressure, &all[i])) {
            all[i] = (pressure){{0, 0}, {false, false}};
        }
    }
}

static promlet_status emit_family(promlet_emitter *emitter, int family,
                                  pressure all[SCOPES][RESOURCES])
{
    promlet_status status = PROMLET_OK;
    bool is_begun = false;
    for (int i = 0; status == PROMLET_OK && i < SCOPES * RESOURCES; i++) {
        const pressure *one = &all[i / RESOURCES][i % RESOURCES];
        if (!one->is_known[family]) {
            continue;
        }
        status = is_begun ? PROMLET_OK : promlet_emit_family(emitter, &pressure_families[family]);
        is_begun = true;
        if (status == PROMLET_OK) {
            status = promlet_emit_value(emitter, (double)one->totals[family] / 1e6,
                                        scopes[i / RESOURCES], resources[i % RESOURCES]);
        }
    }
    return status;
}

static promlet_status emit_pressure(promlet_emitter *emitter, pml_process *process)
{
    pressure all[SCOPES][RESOURCES];
    memset(all, 0, sizeof all);
    read_cgroup(&process->cgroup, all[CGROUP]);
    read_machine(all[MACHINE]);
    promlet_status status = emit_family(emitter, WAITING, all);
    return status == PROMLET_OK ? emit_family(emitter, STALLED, all) : status;
}

const pml_process_part pml_process_pressure = {pressure_families, PRESSURE_FAMILIES, wants_pressure,
                                               emit_pressure};
