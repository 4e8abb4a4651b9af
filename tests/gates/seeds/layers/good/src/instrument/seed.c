/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: other instrumentation sees public headers, the atomics and how options are read. */
#include "base/atomic.h"
#include "base/options.h"

#include <promlet/promlet.h>
