/* SPDX-License-Identifier: Apache-2.0 */
/* A shared object that a test program links. Nothing in it calls promlet. */
#include "modules/plugin.h"

PLUGIN_METRICS(linked);

struct plugin linked_metrics(void)
{
    return (struct plugin){own_jobs, jobs, depth, seconds};
}
