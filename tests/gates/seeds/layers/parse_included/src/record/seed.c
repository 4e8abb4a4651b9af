/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the core includes the parser. */
/* expect: record/ may not include "parse/reader.h" */
#include "parse/reader.h"
