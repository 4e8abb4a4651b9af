/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the lowest rank knows the parser. */
/* expect: base/ knows nothing of metrics */
#include <promlet/parse.h>
