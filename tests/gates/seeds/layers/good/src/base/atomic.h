/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the atomics, which all may use. */
#include <stdatomic.h>
