/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: atomics without an order in their name. */
/* expect: only base/atomic.h may include it */
#include <stdatomic.h>
