/* SPDX-License-Identifier: Apache-2.0 */
/* What Grafana calls the unit of a metric. */
#ifndef PML_INSTRUMENT_DASHBOARD_UNITS_H
#define PML_INSTRUMENT_DASHBOARD_UNITS_H

#include <promlet/describe.h>

#include <stdbool.h>

/* Of its values, and of how fast they change; by its unit, or else by the last word of its name. */
const char *pml_grafana_unit(const promlet_description *metric);
const char *pml_grafana_rate_unit(const promlet_description *metric);

/* Whether its unit, known in either way, is this one. */
bool pml_has_unit(const promlet_description *metric, const char *unit);

#endif
