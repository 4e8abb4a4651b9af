/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel keeps the start in ticks after boot. When boot was is the distance between two of its
 * clocks, which changes only when somebody sets the time. /proc/stat says the same as `btime`, but
 * in whole seconds, which would make the start up to a second too early.
 *
 * The distance is kept, since a start that moves looks like a restart. It is taken anew once the
 * clock was set by more than a minute, as on a machine that learns the time after it has booted;
 * less than that is not worth a false restart.
 */
#include "collect/process_start.h"

#include "base/clock.h"
#include "collect/process_file.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Linux has it, and counts the time that the machine sleeps, as the ticks do. */
#ifdef CLOCK_BOOTTIME
#define BOOT_CLOCK CLOCK_BOOTTIME
#else
#define BOOT_CLOCK CLOCK_MONOTONIC
#endif

#define CLOCK_WAS_SET_SECONDS 60

/* How often two clocks are read until nothing came in between. */
#define MOST_READINGS 5
#define CLOSE_ENOUGH_SECONDS 0.0001

static double read_clock(clockid_t clock)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(clock, &now); /* fails only for an unknown clock */
    return (double)now.tv_sec + (double)now.tv_nsec / (double)PML_NS_PER_SECOND;
}

static double read_boot_time(void)
{
    double best = INFINITY;
    double boot = 0;
    for (int i = 0; i < MOST_READINGS && best > CLOSE_ENOUGH_SECONDS; i++) {
        double before = read_clock(BOOT_CLOCK);
        double now = read_clock(CLOCK_REALTIME);
        double after = read_clock(BOOT_CLOCK);
        if (after - before < best) {
            best = after - before;
            boot = now - (before + after) / 2;
        }
    }
    return boot;
}

/* ---- /proc/self/stat ------------------------------------------------------------------------- */

/* Fields 3 and 22 as proc(5) counts them. */
#define FIELDS_BEFORE_START 19

typedef struct ticks {
    uint64_t count;
    bool is_known;
} ticks;

/* The name of the process may hold blanks, parentheses and, from old kernels, line ends; nothing
   behind it holds a parenthesis. */
static void take_start(char *line, void *ctx)
{
    ticks *start = ctx;
    const char *at = strrchr(line, ')');
    if (at == NULL) {
        return;
    }
    start->is_known = false;
    at++;
    for (int i = 0; i < FIELDS_BEFORE_START; i++) {
        at += strspn(at, " ");
        at += strcspn(at, " ");
    }
    const char *end;
    start->is_known = pml_read_number(at + strspn(at, " "), &end, &start->count);
}

static bool learn_start(pml_process_start *start)
{
    ticks read = {0, false};
    long ticks_per_second = sysconf(_SC_CLK_TCK);
    if (!pml_proc_read("self/stat", take_start, &read) || !read.is_known || ticks_per_second <= 0) {
        return false;
    }
    start->after_boot = (double)read.count / (double)ticks_per_second;
    start->boot_seconds = read_boot_time();
    start->process = pml_this_process();
    return true;
}

bool pml_process_start_seconds(pml_process_start *start, double *seconds)
{
    if (!pml_is_this_process(&start->process) && !learn_start(start)) {
        return false;
    }
    double boot = read_boot_time();
    if (fabs(boot - start->boot_seconds) > CLOCK_WAS_SET_SECONDS) {
        start->boot_seconds = boot;
    }
    /* More digits than the ticks have would be noise. */
    *seconds = round((start->boot_seconds + start->after_boot) * 1000) / 1000;
    return true;
}
