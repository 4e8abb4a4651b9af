/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header that only a newer C++ compiles. */
/* expect: seed.h does not compile alone with clang++ -std=c++11 */
#ifndef PROMLET_SEED_H
#define PROMLET_SEED_H

#ifdef __cplusplus
inline auto promlet_seed(int value)
{
    return value;
}
#endif

#endif
