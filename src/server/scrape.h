/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a request for metrics. */
#ifndef PML_SERVER_SCRAPE_H
#define PML_SERVER_SCRAPE_H

#include "server/exchange.h"

/* Have the metrics made that a request asks for, while its connection rests. Returns false when the
   connection is to be closed. */
bool pml_server_scrape(pml_server_exchange *exchange);

/* Answer the requests whose metrics have been made. */
void pml_server_finish_scrapes(promlet_server *server);

/* Look after those for which there was no room: they go on, wait on, or are refused. A round must
   not wait long while there are some. */
void pml_server_retry_scrapes(promlet_server *server);

/* Nothing is made any more: connections that wait for it go on, to be closed. */
void pml_server_abandon_scrapes(promlet_server *server);

#endif
