/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a directive that looks elsewhere. */
/* expect: #include_next is not used here */
#include_next <stddef.h>
