/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON document, indented, for files that people compare. */
#ifndef PML_INSTRUMENT_DASHBOARD_JSON_H
#define PML_INSTRUMENT_DASHBOARD_JSON_H

#include "instrument/dashboard_draft.h"

typedef struct pml_json {
    pml_draft *to;
    int depth;
    bool has_members; /* of what is open */
} pml_json;

/* key: NULL within an array, and of the document itself. bracket: '{' or '['. */
void pml_json_open(pml_json *json, const char *key, char bracket);
void pml_json_close(pml_json *json, char bracket);

/* An object or array without members, such as "{}". */
void pml_json_raw(pml_json *json, const char *key, const char *value);
void pml_json_string(pml_json *json, const char *key, const char *value);
void pml_json_number(pml_json *json, const char *key, int value);
void pml_json_bool(pml_json *json, const char *key, bool value);

#endif
