/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for a tracer, such as OpenTelemetry's: knows which trace each thread works for, so that
   metrics can name it. */
#ifndef KV_TRACE_H
#define KV_TRACE_H

#include <promlet/promlet.h>

#include <stdbool.h>
#include <stdint.h>

/* From now on this thread works for a new trace. Its ids are made of the random numbers. */
void trace_begin(const uint64_t random[3]);

/* A promlet_trace_context_fn: false in a thread that has not begun a trace. */
bool trace_of_thread(promlet_trace_context *context, void *nothing);

#endif
