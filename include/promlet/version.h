/* SPDX-License-Identifier: Apache-2.0 */
/* The version, written here once: CMake and the package files read it from this file. */
#ifndef PROMLET_VERSION_H
#define PROMLET_VERSION_H

#include <promlet/export.h>

#define PROMLET_VERSION_MAJOR 0
#define PROMLET_VERSION_MINOR 1
#define PROMLET_VERSION_PATCH 0
#define PROMLET_VERSION_STRING "0.1.0"

PROMLET_BEGIN_DECLS

/**
 * The version of the library that the program runs with, such as "0.1.0". Compare it with
 * PROMLET_VERSION_STRING to see whether the program was compiled against another one.
 *
 * Returns: a constant string, never NULL; not to be freed.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_version(void);

PROMLET_END_DECLS

#endif
