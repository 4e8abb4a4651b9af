/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the same, written with blanks. */
/* expect: base/ may not include "series/middle.h" */
/* clang-format off */
  #  include   "series/middle.h" /* and a comment */
