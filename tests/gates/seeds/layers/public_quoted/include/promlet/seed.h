/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a public header that works in our tree only. */
/* expect: a public header includes <promlet/...> and system headers only */
#include "export.h"
