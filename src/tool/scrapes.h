/* SPDX-License-Identifier: Apache-2.0 */
/* The last two scrapes of a target, asked for again and again. */
#ifndef PML_TOOL_SCRAPES_H
#define PML_TOOL_SCRAPES_H

#include "tool/fetch.h"
#include "tool/metrics.h"
#include "tool/reading.h"

#include <promlet/parse.h>

typedef struct pml_scrape {
    promlet_document *document; /* NULL: there is none */
    pml_metrics metrics;
    size_t bad_count; /* lines that can't be read */
    double time;      /* seconds of a clock that only goes on */
} pml_scrape;

typedef struct pml_scrapes {
    pml_fetch *fetch;
    pml_collected collected;
    double started; /* when the one on its way was asked for */
    bool is_running;
    pml_scrape now;
    pml_scrape before;
    bool is_down;      /* the last one failed */
    double down_since; /* then */
    pml_buffer why;    /* likewise */
} pml_scrapes;

double pml_scrapes_clock(void);

/* url and options are lent. False when it can't be, and why says why. */
bool pml_scrapes_open(pml_scrapes *scrapes, const char *url, const pml_source_options *options);

void pml_scrapes_start(pml_scrapes *scrapes);

/* Goes on with the one on its way, see pml_fetch_run(). True: it has ended, well or not. */
bool pml_scrapes_run(pml_scrapes *scrapes, const struct pollfd *others, size_t count, int wait_ms);

void pml_scrapes_close(pml_scrapes *scrapes);

#endif
