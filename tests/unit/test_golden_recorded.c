/* SPDX-License-Identifier: Apache-2.0 */
/* Golden documents of what was recorded, not made: each part between a recording and a document is
   in them. */
#include "support/golden.h"
#include "support/recorded.h"

#include <promlet/testing.h>

/* The clock stands still, for start times and the times of exemplars. */
static void golden_recordings(void **state)
{
    (void)state;
    assert_int_equal(promlet_testing_set_time(1700000000.25), PROMLET_OK);
    promlet_registry *registry = new_registry();
    assert_int_equal(record_everything(registry), PROMLET_OK);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    check_golden("recorded", snapshot);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
    promlet_testing_use_real_time();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_recordings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
