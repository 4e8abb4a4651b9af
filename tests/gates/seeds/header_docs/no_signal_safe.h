/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a function without the tag Signal-safe. */
/* expect: promlet_seed(): no Signal-safe: */
/**
 * Count the things of a box.
 *
 * box    whose things; NULL has none.
 * visit  called with each thing, if not NULL.
 * Returns: how many.
 * Thread-safe: yes. Signal-safe no. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_seed(const char *box, void (*visit)(int thing, void *ctx));
