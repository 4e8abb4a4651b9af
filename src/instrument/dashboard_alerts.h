/* SPDX-License-Identifier: Apache-2.0 */
/* The alerts of a file of rules. */
#ifndef PML_INSTRUMENT_DASHBOARD_ALERTS_H
#define PML_INSTRUMENT_DASHBOARD_ALERTS_H

#include "instrument/dashboard_draft.h"

#include <promlet/dashboard.h>
#include <promlet/describe.h>

/* A list of rules while it is written. Zero it, then set the first two. */
typedef struct pml_alerts {
    promlet_alert_opts limits; /* of it only those, none of them left to a default */
    pml_draft matchers;        /* of each selector; "" for none */
    pml_draft document;
    pml_draft expression;
    pml_draft text;
} pml_alerts;

/* A line of YAML: a key with all that stands before it, and a text. */
void pml_alerts_pair(pml_alerts *alerts, const char *key, const char *value);

/* Those of targets, of promlet's own metrics, and of one of the user's. */
void pml_alerts_targets(pml_alerts *alerts);
void pml_alerts_promlet(pml_alerts *alerts);
void pml_alerts_metric(pml_alerts *alerts, const promlet_description *metric);

void pml_alerts_free(pml_alerts *alerts);

#endif
