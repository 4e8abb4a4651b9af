/* SPDX-License-Identifier: Apache-2.0 */
/* The second file of a test program, with the same names as the first. */
#include "modules/plugin.h"

PLUGIN_METRICS(second_file);

struct plugin second_file_metrics(void)
{
    return (struct plugin){own_jobs, jobs, depth, seconds};
}
