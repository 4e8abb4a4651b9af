/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an encoder that knows instruments. */
/* expect: encode/ may not include "series/middle.h" */
#include "series/middle.h"
