/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header of a middle rank that includes a lower one. */
#include "base/low.h"
