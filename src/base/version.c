/* SPDX-License-Identifier: Apache-2.0 */
/* The version of the library that runs, which may differ from the header of the program. */
#include <promlet/version.h>

const char *promlet_version(void)
{
    return PROMLET_VERSION_STRING;
}
