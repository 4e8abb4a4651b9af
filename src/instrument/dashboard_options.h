/* SPDX-License-Identifier: Apache-2.0 */
/* The options of dashboards and rules, of which there may be none. */
#ifndef PML_INSTRUMENT_DASHBOARD_OPTIONS_H
#define PML_INSTRUMENT_DASHBOARD_OPTIONS_H

#include <promlet/snapshot.h>
#include <promlet/status.h>

/* Names in the dashboard are as Prometheus keeps them. */
promlet_status pml_read_escaping(promlet_escaping *escaping);

/* A text of the options, repaired; if it is NULL, the default. NULL when out of memory. */
char *pml_read_text(const char *text, const char *if_null);

promlet_status pml_option_error(const char *sentence);

#endif
