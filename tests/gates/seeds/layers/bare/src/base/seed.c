/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an include without its folder. */
/* expect: write "folder/file.h", not "low.h" */
#include "low.h"
