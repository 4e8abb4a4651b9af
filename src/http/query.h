/* SPDX-License-Identifier: Apache-2.0 */
/* Which metrics a request asks for: name[]=a&name[]=b, as Prometheus' parameter has it. */
#ifndef PML_HTTP_QUERY_H
#define PML_HTTP_QUERY_H

#include <stdbool.h>
#include <stddef.h>

/* How many names a query can have, or, if that is less, PROMLET_MAX_QUERY_NAMES. */
size_t pml_http_most_names(const char *query);

/* Cuts a query into its parameters, decodes them where they are, and lists the names, for which
   there must be room as above. False when there are more than <promlet/http.h> allows, or a
   name, or what another parameter is called, has an escape that is malformed or stands for a NUL;
   the query is of no use then. */
bool pml_http_read_names(char *query, const char **names, size_t *count);

#endif
