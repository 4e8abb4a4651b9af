/* SPDX-License-Identifier: Apache-2.0 */
/* The function that does nothing; built into a static and a shared library, by different names. */
#include "floors_call.h"

void FLOOR_CALL_NAME(void *handle)
{
    (void)handle;
}
