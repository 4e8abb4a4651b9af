/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of scopes share: a registry for each case, and time that the case lets pass. */
#ifndef TESTS_SUPPORT_SCOPES_H
#define TESTS_SUPPORT_SCOPES_H

#include "support/expect.h"

#include <promlet/testing.h>

static promlet_registry *registry;

static inline void begin_with_stopped_time(void)
{
    assert_int_equal(promlet_testing_set_time(1700000000), PROMLET_OK);
    registry = new_registry();
}

static inline int end_with_real_time(void **state)
{
    (void)state;
    promlet_set_recording(true);
    promlet_testing_use_real_time();
    promlet_registry_free(registry);
    return 0;
}

static inline void pass(double seconds)
{
    assert_int_equal(promlet_testing_advance(seconds), PROMLET_OK);
}

static inline void expect_sample(const char *sample, double expected)
{
    double value = scraped_value(registry, sample);
    if (value < expected || value > expected) {
        fail_msg("%s is %g, expected %g", sample, value, expected);
    }
}

#endif
