/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the parser knows series. */
/* expect: parse/ may not include "series/middle.h" */
#include "series/middle.h"
