/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an include from a folder that nobody knows. */
/* expect: src/ has no folder util/ */
#include "util/thing.h"
