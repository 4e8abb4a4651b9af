/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: lower ranks and public headers are allowed; an include in a comment is none:
#include "expose/high.h"
*/
#include "base/low.h"
#include "series/middle.h"

#include <promlet/counter.h>
#include <stdint.h>
