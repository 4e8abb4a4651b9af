/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an instrumentation that reaches into a transport. */
/* expect: instrument/ may not include "expose/high.h" */
#include "expose/high.h"
