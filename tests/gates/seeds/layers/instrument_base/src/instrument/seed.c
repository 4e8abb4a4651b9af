/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an instrumentation that reaches inside. */
/* expect: instrument/ may not include "base/low.h" */
#include "base/low.h"
