/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the command sees public headers and the parser. */
#include "parse/reader.h"

#include <promlet/promlet.h>
