// SPDX-License-Identifier: Apache-2.0
// Inlined recordings in templates, inline functions, member functions and lambdas of two files.
//
// usage: comdat RECORDINGS
// Exits 1 when a recording is lost, and says so.
#include "comdat.h"

#include <cstdio>
#include <cstdlib>
#include <string>

static promlet_opts options(const char *name)
{
    promlet_opts filled = promlet_opts();
    filled.name = name;
    filled.help = "Of a test.";
    return filled;
}

static comdat_metrics new_metrics()
{
    static const double bounds[] = {1};
    promlet_opts jobs = options("jobs_total");
    promlet_opts seconds = options("seconds");
    const promlet_opts depth = options("depth");
    jobs.cells = PROMLET_CELLS_PER_CPU;
    seconds.cells = PROMLET_CELLS_PER_CPU;
    seconds.bounds = bounds;
    seconds.bound_count = 1;
    comdat_metrics metrics = comdat_metrics();
    metrics.jobs = promlet_counter_new(nullptr, &jobs);
    metrics.seconds = promlet_histogram_new(nullptr, &seconds);
    metrics.depth = promlet_gauge_new(nullptr, &depth);
    return metrics;
}

static bool has_sample(const std::string &text, const char *sample, double value)
{
    const std::size_t at = text.find(std::string("\n") + sample + " ");
    const bool is_there = at != std::string::npos;
    const double found = is_there ? std::atof(text.c_str() + text.find(' ', at + 1)) : -1;
    if (found < value || found > value) {
        std::printf("wrong: %s is %f, not %f\n", sample, found, value);
        return false;
    }
    return true;
}

int main(int count, char **arguments)
{
    const int rounds = count > 1 ? std::atoi(arguments[1]) : 1;
    const comdat_metrics metrics = new_metrics();
    for (int i = 0; i < rounds; i++) {
        record_all(metrics);
        record_in_other_file(metrics);
    }
    char *text = promlet_get_metrics();
    // Each file: 1 + 1 + 0.25 + 2; the second one 4 more.
    bool is_well = has_sample(text, "jobs_total", rounds * 12.5);
    is_well &= has_sample(text, "depth", rounds * 6.5);
    is_well &= has_sample(text, "seconds_bucket{le=\"1.0\"}", rounds * 2);
    is_well &= has_sample(text, "seconds_count", rounds * 4);
    is_well &= has_sample(text, "seconds_sum", rounds * 5);
    promlet_free(text);
    return is_well ? 0 : 1;
}
