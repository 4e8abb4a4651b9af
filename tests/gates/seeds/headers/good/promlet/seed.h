/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header that includes what it uses, in both languages. */
#ifndef PROMLET_SEED_H
#define PROMLET_SEED_H

#include <stddef.h>

size_t promlet_seed(size_t count);

#endif
