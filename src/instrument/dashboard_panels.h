/* SPDX-License-Identifier: Apache-2.0 */
/* The panels of a dashboard, and where they stand. */
#ifndef PML_INSTRUMENT_DASHBOARD_PANELS_H
#define PML_INSTRUMENT_DASHBOARD_PANELS_H

#include "instrument/dashboard_json.h"

#include <promlet/describe.h>

/* A dashboard while its panels are written, in two columns. Zero it, then set the first. */
typedef struct pml_panels {
    pml_json json;
    pml_draft expression;
    pml_draft legend;
    int count; /* of panels so far; each has the next number */
    int x;     /* where the next one stands */
    int y;
    char ref; /* of the next target of the panel that is open */
} pml_panels;

/* Heads what follows. */
void pml_panels_row(pml_panels *panels, const char *title);

/* Which targets are up. */
void pml_panels_targets(pml_panels *panels);

/* All panels of a metric. */
void pml_panels_metric(pml_panels *panels, const promlet_description *metric);

void pml_panels_free(pml_panels *panels);

/* The source of data of the dashboard, of a panel, a target or a variable. */
void pml_panels_source(pml_json *json);

#endif
