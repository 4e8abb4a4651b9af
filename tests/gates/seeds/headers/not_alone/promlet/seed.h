/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header that compiles only behind another one. */
/* expect: seed.h does not compile alone with gcc -std=c11 */
#ifndef PROMLET_SEED_H
#define PROMLET_SEED_H

size_t promlet_seed(size_t count);

#endif
