/* SPDX-License-Identifier: Apache-2.0 */
/* The CPUs that a test program may use, and moving threads between them. */
#ifndef TESTS_SUPPORT_CPUS_H
#define TESTS_SUPPORT_CPUS_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

#define CPUS_MOST 1024

/* The CPUs that the program was given, by rising number. */
typedef struct cpu_list {
    size_t numbers[CPUS_MOST];
    size_t count;
} cpu_list;

static inline cpu_list cpus_allowed(void)
{
    cpu_list list = {.count = 0};
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        CPU_ZERO(&set);
    }
    for (size_t cpu = 0; cpu < CPU_SETSIZE && list.count < CPUS_MOST; cpu++) {
        if (CPU_ISSET(cpu, &set)) {
            list.numbers[list.count++] = cpu;
        }
    }
    return list;
}

/* Moves one thread, by its kernel number, 0 for the caller; it stays there. Signal-safe. */
static inline bool cpus_move(pid_t thread, size_t cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(thread, sizeof set, &set) == 0;
}

/* Lets the calling thread, or another one, run on all of them again. */
static inline bool cpus_release(pid_t thread, const cpu_list *list)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (size_t i = 0; i < list->count; i++) {
        CPU_SET(list->numbers[i], &set);
    }
    return sched_setaffinity(thread, sizeof set, &set) == 0;
}

#endif
