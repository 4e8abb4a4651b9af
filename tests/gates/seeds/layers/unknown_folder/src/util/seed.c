/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a folder without a rank. */
/* expect: src/ has no folder util/ */
#include <stddef.h>
