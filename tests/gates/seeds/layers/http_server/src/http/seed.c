/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an answer that knows who carries it. */
/* expect: http/ may not include "server/low.h" */
#include "server/low.h"
