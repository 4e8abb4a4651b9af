/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the lowest rank knows metrics. */
/* expect: base/ knows nothing of metrics */
#include <promlet/counter.h>
