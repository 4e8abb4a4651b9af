/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the parser sees base/ only. */
#include "base/low.h"
