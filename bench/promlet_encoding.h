/* SPDX-License-Identifier: Apache-2.0 */
/* The workloads in which promlet takes snapshots and writes documents. */
#ifndef BENCH_PROMLET_ENCODING_H
#define BENCH_PROMLET_ENCODING_H

#include "harness.h"
#include "shapes.h"

#include <promlet/registry.h>

/* Fills the registry with a shape. */
void encoding_fill(promlet_registry *filled, const bench_shape *with);

/* Fills the registry for encode_FORMAT_, pieces_FORMAT_, scrape_ or take_ with a shape, and
   _recorded or not; false: there is no such workload. Exits if the registry then shows something
   else. */
bool encoding_prepare(promlet_registry *filled, const char *workload, bench_repetition *repetition);

/* Prints how large the document is; false: none was made. */
bool encoding_notes(void);

#endif
