/* SPDX-License-Identifier: Apache-2.0 */
/* A module that records and scrapes while it is being loaded and unloaded. */
#include <promlet/promlet.h>

PROMLET_STATIC_COUNTER(moments, "scraping_moments_total", "Times the module was loaded or left.");

static void record_and_scrape(void)
{
    promlet_counter_inc(moments);
    promlet_free(promlet_get_metrics());
}

__attribute__((constructor)) static void load(void)
{
    record_and_scrape();
}

__attribute__((destructor)) static void leave(void)
{
    record_and_scrape();
}
