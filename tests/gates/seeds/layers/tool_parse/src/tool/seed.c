/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the command reaches into the parser, past its header. */
/* expect: tool/ may not include "parse/reader.h" */
#include "parse/reader.h"
