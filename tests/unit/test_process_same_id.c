/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process's metrics in a forked child that has its parent's process id, as the first process of
 * a PID namespace has that was made by the first one of another. The linker has our getpid()
 * called.
 */
#include "support/process.h"

#define BLOCK_BYTES ((size_t)128 << 20)

pid_t __wrap_getpid(void);
pid_t __wrap_getpid(void)
{
    return 1;
}

/* It maps memory that its parent does not have. */
static int scrape_as_child(void *ctx)
{
    promlet_registry *registry = ctx;
    double before = shown_value(registry, "process_virtual_memory_bytes");
    char *volatile block = malloc(BLOCK_BYTES); /* which no compiler leaves out */
    if (block == NULL) {
        return 2;
    }
    double after = shown_value(registry, "process_virtual_memory_bytes");
    free(block);
    return after - before >= (double)BLOCK_BYTES ? 0 : 1;
}

static void child_with_its_parents_id_shows_its_own_values(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.io = true});
    double before = shown_value(registry, "process_virtual_memory_bytes");
    expect_in_child(scrape_as_child, registry);
    assert_true(shown_value(registry, "process_virtual_memory_bytes") <
                before + (double)BLOCK_BYTES / 2);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child_with_its_parents_id_shows_its_own_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
