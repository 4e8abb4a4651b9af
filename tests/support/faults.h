/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of every scenario is refused, once and from there on, until the scenario gets
 * through. Each time: what was refused is reported, the same calls work once there is memory again,
 * the scrape that follows is complete and exact, and nothing is left over.
 *
 * For programs of one file that CMake links with --wrap (test_out_of_memory*).
 */
#ifndef TESTS_SUPPORT_FAULTS_H
#define TESTS_SUPPORT_FAULTS_H

#include "support/allocations.h"
#include "support/expect.h"
#include "support/strict_document.h"
#include "support/strict_text.h"

#define MOST_FAULT_POINTS 100000

/* Calls promlet; false when a call said that it failed. It runs twice on one registry: with a fault
   and without. What it records must show afterwards, to the unit. */
typedef struct scenario {
    const char *name;
    bool (*run)(promlet_registry *registry);
    void (*check)(const char *text);
} scenario;

/* How often handles that work were recorded on, in both runs together. */
static struct {
    uint64_t counter;
    uint64_t gauge;
    uint64_t histogram;
} recorded;

static inline void forget_last_error(void)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
}

/* Success does not touch the last error, and each failing call sets it. */
static inline bool has_worked(void)
{
    return promlet_last_error()[0] == '\0';
}

static inline void assert_shown(const char *text, const char *key, uint64_t expected)
{
    long double value = strict_value(text, key);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %llu", key, value, (unsigned long long)expected);
    }
}

static inline void scrape_and_check(promlet_registry *registry, void (*check)(const char *text))
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    strict_document document;
    if (!strict_document_read(&document, text, STRICT_WITH_EOF)) {
        fail_msg("%s", document.why);
    }
    strict_document_free(&document);
    check(text);
    promlet_free(text);
}

/* False when the scenario never made its n-th request. */
static inline bool run_with_fault(const scenario *tested, long n, bool on)
{
    long alive = atomic_load(&allocations_alive);
    memset(&recorded, 0, sizeof recorded);
    promlet_registry *registry = new_registry();
    allocations_refuse(n, on);
    bool has_run = tested->run(registry);
    bool is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    const char *why;
    promlet_status status = promlet_registry_status(registry, &why);
    if (status != PROMLET_OK && status != PROMLET_ERROR_MEMORY) {
        fail_msg("%s, fault %ld: status %d: %s", tested->name, n, (int)status, why);
    }
    if (!has_run && !is_refused) {
        fail_msg("%s: failed without a fault: %s", tested->name, promlet_last_error());
    }
    if (!tested->run(registry)) {
        fail_msg("%s, fault %ld: the retry failed: %s", tested->name, n, promlet_last_error());
    }
    scrape_and_check(registry, tested->check);
    promlet_registry_free(registry);
    long left = atomic_load(&allocations_alive) - alive;
    if (left != 0) {
        fail_msg("%s, fault %ld: %ld allocations are left over", tested->name, n, left);
    }
    return is_refused;
}

/* How many requests a scenario can be refused. */
static inline long count_fault_points(const scenario *tested, bool on)
{
    long n = 1;
    while (run_with_fault(tested, n, on)) {
        assert_true(++n < MOST_FAULT_POINTS);
    }
    return n - 1;
}

/* The whole table, with the fault points counted aloud. */
static inline void refuse_each_allocation(const scenario *scenarios, size_t count)
{
    make_what_lasts();
    long all = 0;
    for (size_t i = 0; i < count; i++) {
        long once = count_fault_points(&scenarios[i], false);
        long on = count_fault_points(&scenarios[i], true);
        print_message("%-24s %4ld fault points, %4ld with all that follow\n", scenarios[i].name,
                      once, on);
        assert_true(once > 0 && on > 0);
        all += once + on;
    }
    print_message("%ld fault points in all\n", all);
}

#endif
