/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about measured libmicrohttpd services share. */
#ifndef PML_INSTRUMENT_MICROHTTPD_H
#define PML_INSTRUMENT_MICROHTTPD_H

#include "instrument/microhttpd_routes.h"

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/microhttpd.h>

/*
 * Series are found by their label values when a request ends, which takes no lock, and some 40 ns
 * more than handles would. Handles that are taken beforehand would show a series at zero, with all
 * its buckets, for each route and each method, and record nothing more once the series are removed.
 */
struct promlet_microhttpd {
    promlet_microhttpd_opts options; /* Its routes are lent to promlet_microhttpd_new() only. */
    pml_microhttpd_routes routes;
    promlet_counter_family *requests;
    promlet_histogram_family *durations;
    promlet_histogram_family *request_sizes;
    promlet_histogram_family *response_sizes;
    promlet_gauge *in_progress;
};

/* The handler that runs for this connection answers a scrape, which is left out of all metrics
   unless the service wants it otherwise. */
void pml_microhttpd_pass_scrape(struct MHD_Connection *connection);

#endif
