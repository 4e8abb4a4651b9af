/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the command reaches inside. */
/* expect: tool/ may not include "base/low.h" */
#include "base/low.h"
