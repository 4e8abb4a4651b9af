/* SPDX-License-Identifier: Apache-2.0 */
/* Documents by HTTP, without waiting for the network: one at a time, again and again over one
   connection where the server keeps it. */
#ifndef PML_TOOL_FETCH_H
#define PML_TOOL_FETCH_H

#include "tool/source.h"

typedef struct pml_fetch pml_fetch;

typedef enum pml_fetch_state {
    PML_FETCH_RUNS,
    PML_FETCH_DONE,  /* the sink has the whole document, or wanted no more */
    PML_FETCH_FAILED /* pml_fetch_why() says why */
} pml_fetch_state;

/* url and options are lent for the life of it. NULL when it can't be, and *why says why. */
pml_fetch *pml_fetch_new(const char *url, const pml_source_options *options, pml_buffer *why);

/* Asks for the document; one that is on its way is given up. The sink is copied. */
void pml_fetch_start(pml_fetch *fetch, const pml_sink *sink);

/* Goes on with what is there, waiting up to so many milliseconds for more, or until one of the
   descriptors is ready, at most PML_FETCH_MOST_WAITED. */
#define PML_FETCH_MOST_WAITED 4
struct pollfd;
pml_fetch_state pml_fetch_run(pml_fetch *fetch, const struct pollfd *others, size_t count,
                              int wait_ms);

/* Why it failed, without the URL; lent until the next start. */
const char *pml_fetch_why(const pml_fetch *fetch);

void pml_fetch_free(pml_fetch *fetch);

#endif
