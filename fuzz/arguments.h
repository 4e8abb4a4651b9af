/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments of calls, good and bad ones, read from the input. */
#ifndef FUZZ_ARGUMENTS_H
#define FUZZ_ARGUMENTS_H

#include "input.h"

#include <promlet/promlet.h>

/* Called before each operation: the texts that the ones before it read are gone. */
void arguments_begin(void);

/* A label value, any bytes. */
const char *read_value(input *in);

/* Any double, often a special one. */
double read_double(input *in);

uint64_t read_amount(input *in);

/* Options of a registry, likewise. */
promlet_registry_opts read_registry_options(input *in);

/* Options of a metric, which the library may have to refuse. */
promlet_opts read_options(input *in);

#endif
