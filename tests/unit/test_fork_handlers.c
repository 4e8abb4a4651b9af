/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fork handlers of the program that were registered before promlet's own: they run while promlet
 * holds its locks across the fork, and may call it all the same.
 */
#include "support/expect.h"
#include "support/hang.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

static promlet_registry *registry;
static promlet_counter_family *forks;

/* A new series, so that a lock is needed. */
static void count(const char *where)
{
    if (forks != NULL) {
        promlet_counter_inc(promlet_counter_with(forks, where));
    }
}

static void count_before(void)
{
    count("before");
}

static void count_in_parent(void)
{
    count("parent");
}

static void count_in_child(void)
{
    count("child");
}

static bool is_counted(const char *line)
{
    char *text = promlet_registry_get_metrics(registry);
    bool is_there = strstr(text, line) != NULL;
    promlet_free(text);
    return is_there;
}

static void handlers_registered_first_can_make_series(void **state)
{
    (void)state;
    registry = new_registry();
    forks = promlet_counter_family_new(registry,
                                       &(promlet_opts){.name = "forks_total", .labels = {"where"}});
    end_hang_after(20);
    pid_t child = fork();
    if (child == 0) {
        end_hang_after(10);
        _exit(is_counted("where=\"before\"} 1\n") && is_counted("where=\"child\"} 1\n") ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(is_counted("where=\"before\"} 1\n"));
    assert_true(is_counted("where=\"parent\"} 1\n"));
    promlet_registry_free(registry);
}

int main(void)
{
    /* Before the first call of promlet, which registers its own. */
    assert_int_equal(pthread_atfork(count_before, count_in_parent, count_in_child), 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handlers_registered_first_can_make_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
