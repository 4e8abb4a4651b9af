/* SPDX-License-Identifier: Apache-2.0 */
/* For CPUs whose counter promlet does not read. */
#include "base/ticks.h"

bool pml_ticks_are_steady(void)
{
    return false;
}

uint64_t pml_ticks_read(void)
{
    return 0;
}
