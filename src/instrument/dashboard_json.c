/* SPDX-License-Identifier: Apache-2.0 */
/* Where keys, commas and line ends stand. What is in quotes is dashboard_draft.c's. */
#include "instrument/dashboard_json.h"

static void begin_line(pml_json *json)
{
    pml_draft_text(json->to, "\n");
    for (int i = 0; i < json->depth; i++) {
        pml_draft_text(json->to, "  ");
    }
}

/* What stands before a value. */
static void put_key(pml_json *json, const char *key)
{
    if (json->has_members) {
        pml_draft_text(json->to, ",");
    }
    if (json->depth > 0) {
        begin_line(json);
    }
    if (key != NULL) {
        pml_draft_quoted(json->to, key);
        pml_draft_text(json->to, ": ");
    }
    json->has_members = true;
}

void pml_json_open(pml_json *json, const char *key, char bracket)
{
    put_key(json, key);
    pml_draft_put(json->to, &bracket, 1);
    json->depth++;
    json->has_members = false;
}

void pml_json_close(pml_json *json, char bracket)
{
    json->depth--;
    begin_line(json);
    pml_draft_put(json->to, &bracket, 1);
    json->has_members = true;
}

void pml_json_raw(pml_json *json, const char *key, const char *value)
{
    put_key(json, key);
    pml_draft_text(json->to, value);
}

void pml_json_string(pml_json *json, const char *key, const char *value)
{
    put_key(json, key);
    pml_draft_quoted(json->to, value);
}

void pml_json_number(pml_json *json, const char *key, int value)
{
    put_key(json, key);
    pml_draft_number(json->to, value);
}

void pml_json_bool(pml_json *json, const char *key, bool value)
{
    pml_json_raw(json, key, value ? "true" : "false");
}
