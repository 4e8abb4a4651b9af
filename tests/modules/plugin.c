/* SPDX-License-Identifier: Apache-2.0 */
/* A module for dlopen(), built under several names. promlet itself comes from the program. */
#include "modules/plugin.h"

#ifdef PLUGIN_B
PLUGIN_METRICS(plugin_b);
#elif defined(PLUGIN_C)
PLUGIN_METRICS(plugin_c);
#else
PLUGIN_METRICS(plugin_a);
#endif

PROMLET_STATIC_COUNTER(parts, "parts_total", "Parts of modules in C.");

promlet_counter *plugin_parts(void)
{
    return parts;
}

struct plugin plugin_metrics(void)
{
    return (struct plugin){own_jobs, jobs, depth, seconds};
}
