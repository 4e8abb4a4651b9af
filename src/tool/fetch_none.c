/* SPDX-License-Identifier: Apache-2.0 */
/* The command where there is no libcurl: files and standard input only. */
#include "tool/fetch.h"

pml_fetch *pml_fetch_new(const char *url, const pml_source_options *options, pml_buffer *why)
{
    (void)url;
    (void)options;
    pml_buffer_text(why, "this promlet was built without libcurl and reads files only");
    return NULL;
}

void pml_fetch_start(pml_fetch *fetch, const pml_sink *sink)
{
    (void)fetch;
    (void)sink;
}

pml_fetch_state pml_fetch_run(pml_fetch *fetch, const struct pollfd *others, size_t count,
                              int wait_ms)
{
    (void)fetch;
    (void)others;
    (void)count;
    (void)wait_ms;
    return PML_FETCH_FAILED;
}

const char *pml_fetch_why(const pml_fetch *fetch)
{
    (void)fetch;
    return "";
}

void pml_fetch_free(pml_fetch *fetch)
{
    (void)fetch;
}
