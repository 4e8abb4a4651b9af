/* SPDX-License-Identifier: Apache-2.0 */
/* The trace of each thread. */
#include "trace.h"

#include <string.h>

/* Zero, which is no trace, in a thread that has not begun one. */
static _Thread_local promlet_trace_context current;

void trace_begin(const uint64_t random[3])
{
    memcpy(current.trace_id, random, sizeof(current.trace_id));
    memcpy(current.span_id, random + 2, sizeof(current.span_id));
    current.is_sampled = true;
}

bool trace_of_thread(promlet_trace_context *context, void *nothing)
{
    (void)nothing;
    *context = current;
    return current.is_sampled;
}
