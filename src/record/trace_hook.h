/* SPDX-License-Identifier: Apache-2.0 */
/* The function that is asked for the trace of a recording. */
#ifndef PML_RECORD_TRACE_HOOK_H
#define PML_RECORD_TRACE_HOOK_H

#include <promlet/exemplar.h>

#include <stdbool.h>

/* The trace that this thread works for, if an exemplar can lead to it. Lock-free; what else it may
   be called from is up to the function. Keeps errno. */
bool pml_trace_ask(promlet_trace_context *context);

/* Whether an exemplar can lead to it: it is sampled, and has a trace and a span. */
bool pml_trace_is_of_use(const promlet_trace_context *context);

/* From now on recordings ask whether they are wanted to have an exemplar, or not any more. */
void pml_switch_set_traced(bool is_traced);

#endif
