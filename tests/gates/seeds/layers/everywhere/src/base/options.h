/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a header that every folder may include, and with it what not every folder may. */
/* expect: base/options.h is for every folder and includes public headers only */
#include "base/low.h"
