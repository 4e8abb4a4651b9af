/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header that warns in its users' builds. */
/* expect: seed.h does not compile alone with clang -std=c11 */
#ifndef PROMLET_SEED_H
#define PROMLET_SEED_H

static inline int promlet_seed(long value)
{
    return value;
}

#endif
