/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A module that takes long to load: the loader has tens of thousands of addresses to fill in. All
 * that time a scrape can already find the module, whose own metrics it must not misread.
 */
#include "modules/plugin.h"

#define FOUR(x) x, x, x, x
#define THOUSANDS(x) FOUR(FOUR(FOUR(FOUR(FOUR(FOUR(FOUR(x)))))))

/* On both sides, because the loader goes by address and the compiler chooses the order. */
extern const void *const plugin_slow_before[];
extern const void *const plugin_slow_after[];
const void *const plugin_slow_before[] = {THOUSANDS(&plugin_slow_before)};
PLUGIN_METRICS(plugin_slow);
const void *const plugin_slow_after[] = {THOUSANDS(&plugin_slow_after)};

struct plugin plugin_metrics(void)
{
    return (struct plugin){own_jobs, jobs, depth, seconds};
}
