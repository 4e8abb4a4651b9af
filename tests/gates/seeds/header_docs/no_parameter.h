/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a parameter is not explained. */
/* expect: promlet_seed(): parameter visit is not explained */
/**
 * Count the things of a box.
 *
 * box    whose things; NULL has none.
 * Returns: how many.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_seed(const char *box, void (*visit)(int thing, void *ctx));
