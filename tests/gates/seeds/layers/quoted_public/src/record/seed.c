/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a public header in quotes. */
/* expect: write <promlet/counter.h> */
#include "promlet/counter.h"
