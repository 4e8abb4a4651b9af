// SPDX-License-Identifier: Apache-2.0
// The same module in C++, with its metrics in a namespace and its functions behind extern "C".
#include "modules/plugin.h"

namespace
{
PLUGIN_METRICS(plugin_cxx);
}

struct plugin plugin_metrics(void)
{
    return plugin{own_jobs, jobs, depth, seconds};
}
