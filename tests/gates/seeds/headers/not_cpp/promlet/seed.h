/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header with a name that C++ keeps for itself. */
/* expect: seed.h does not compile alone with g++ -std=c++11 */
#ifndef PROMLET_SEED_H
#define PROMLET_SEED_H

int promlet_seed(int template);

#endif
