/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a public header sees public headers and the system's. */
#include <promlet/export.h>
#include <stddef.h>
