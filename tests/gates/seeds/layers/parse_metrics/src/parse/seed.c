/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the parser knows metrics. */
/* expect: parse/ knows nothing of metrics */
#include <promlet/counter.h>
