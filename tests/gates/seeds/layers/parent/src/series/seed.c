/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an include by a relative path. */
/* expect: write "folder/file.h", not "../base/low.h" */
#include "../base/low.h"
