/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a public header without atomics; __atomic_load_n() in a comment is none. */
#include <stdint.h>

struct promlet_seed {
    uint64_t word;
};
