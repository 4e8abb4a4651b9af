/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a lower rank includes a higher one. */
/* expect: base/ may not include "series/middle.h" */
#include "series/middle.h"
