/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an include of a file that is not there. */
/* expect: "base/nothing.h" does not exist */
#include "base/nothing.h"
