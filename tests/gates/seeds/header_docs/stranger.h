/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the comment explains a parameter that is gone. */
/* expect: promlet_seed(): explains count, which is not a parameter */
/**
 * Count the things of a box.
 *
 * box    whose things; NULL has none.
 * visit  called with each thing, if not NULL.
 * count  how many.
 * Returns: how many.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_seed(const char *box, void (*visit)(int thing, void *ctx));
