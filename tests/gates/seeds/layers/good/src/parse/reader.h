/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the parser sees base/ and its own public header only. */
#include "base/low.h"

#include <promlet/parse.h>
