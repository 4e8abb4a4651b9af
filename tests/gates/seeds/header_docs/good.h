/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: everything is explained. */
/**
 * Count the things of a box.
 *
 * box    whose things; NULL has none.
 * visit  called with each thing, if not NULL.
 * Returns: how many.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_seed(const char *box, void (*visit)(int thing, void *ctx));

/**
 * Do nothing.
 *
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_seed_nothing(void);
