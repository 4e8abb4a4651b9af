/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shows that there is one switch in a process: inlined calls of the program, which may have the
 * linker copy the switch into it, those of a module that it opens, and the calls of the shared
 * library obey it alike.
 *
 * usage: switch MODULE
 * Exits 1 when a recording is made while it is off, or lost while it is on, and says so.
 */
#include <promlet/promlet.h>

#include <promlet/inline.h>

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef void (*record_fn)(promlet_counter *counter, promlet_histogram *histogram);

static promlet_counter *counter;
static promlet_histogram *histogram;
static record_fn record_in_module;

static void record_in_all_ways(void)
{
    promlet_counter_inc(counter);
    promlet_counter_add(counter, 0.25);
    promlet_histogram_observe(histogram, 2.5);
    (promlet_counter_inc)(counter);
    (promlet_histogram_observe)(histogram, 2.5);
    record_in_module(counter, histogram); /* adds 1.5 to the counter */
}

static int check(const char *total, const char *observed)
{
    char *text = promlet_get_metrics();
    int is_well = text != NULL && strstr(text, total) != NULL && strstr(text, observed) != NULL;
    if (!is_well) {
        printf("wrong: expected%sand%sin\n%s", total, observed, text != NULL ? text : "nothing");
    }
    promlet_free(text);
    return is_well;
}

int main(int count, char **arguments)
{
    const promlet_opts jobs = {.name = "jobs_total", .help = "Of a test."};
    const promlet_opts sizes = {.name = "sizes", .help = "Of a test."};
    void *module = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    int is_well;
    if (module == NULL) {
        printf("wrong: %s\n", count == 2 ? dlerror() : "no module");
        return 2;
    }
    *(void **)&record_in_module = dlsym(module, "module_record");
    counter = promlet_counter_new(NULL, &jobs);
    histogram = promlet_histogram_new(NULL, &sizes);
    record_in_all_ways();
    is_well = check("\njobs_total 3.75\n", "\nsizes_count 3\n");
    promlet_set_recording(false);
    record_in_all_ways();
    is_well &= check("\njobs_total 3.75\n", "\nsizes_count 3\n");
    promlet_set_recording(true);
    record_in_all_ways();
    is_well &= check("\njobs_total 7.5\n", "\nsizes_count 6\n");
    return is_well ? 0 : 1;
}
