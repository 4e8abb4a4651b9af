/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header that cannot be included twice. */
/* expect: seed.h does not compile alone with gcc -std=c11 */
struct promlet_seed {
    int value;
};
