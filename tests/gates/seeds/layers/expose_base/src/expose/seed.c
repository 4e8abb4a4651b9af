/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a transport that reaches inside. */
/* expect: expose/ may not include "base/low.h" */
#include "base/low.h"
