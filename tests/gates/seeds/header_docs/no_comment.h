/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a function without a comment. */
/* expect: comment right above */
PROMLET_API int promlet_seed(const char *box, void (*visit)(int thing, void *ctx));
