/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of transports share: registries to be carried, one of which fills more than one piece,
   and children that are forked beside a thread which carries them. */
#ifndef TESTS_SUPPORT_CARRIED_H
#define TESTS_SUPPORT_CARRIED_H

#include "support/children.h"
#include "support/expect.h"
#include "support/hang.h"
#include "support/periodic.h"

/* One gauge, whose value is all that differs between documents. */
static inline promlet_registry *registry_of(double value)
{
    promlet_registry *registry = new_registry();
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "g", .help = "G."}),
                      value);
    return registry;
}

#define DOCUMENT_OF(value) "# HELP g G.\n# TYPE g gauge\ng " value "\n"

/* As many series with this value as take several pieces. */
#define SERIES_OF_MANY 1000

static inline promlet_registry *large_registry_of(double value)
{
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "g", .help = "G.", .labels = {"which"}});
    for (int i = 0; i < SERIES_OF_MANY; i++) {
        char which[40];
        (void)snprintf(which, sizeof which, "series number %08d of a large one", i);
        promlet_gauge_set_by(family, value, which);
    }
    return registry;
}

/* What a child of the process does with the thread of its parent, and with the registry. Returns 0
   if all is well. */
typedef int (*in_child)(promlet_periodic *periodic, promlet_registry *registry);

static inline void run_in_child(in_child run, promlet_periodic *periodic,
                                promlet_registry *registry)
{
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(30);
        _exit(run(periodic, registry));
    }
    assert_child_succeeds(child);
}

/* The same again and again, whatever the thread is amid. */
static inline void run_in_children(in_child run, promlet_periodic *periodic,
                                   promlet_registry *registry)
{
    for (int i = 0; i < 20; i++) {
        wait_for_rounds(periodic, (uint64_t)i);
        run_in_child(run, periodic, registry);
    }
}

#endif
