/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a file that clang-format would lay out otherwise. */
int seed(void) {
  return 1; }
