/* SPDX-License-Identifier: Apache-2.0 */
/* A dashboard as a whole: its options, its head and variables, and a row for the metrics whose
   names begin with the same word. What a metric looks like is up to dashboard_panels.c. */
#include <promlet/dashboard.h>

#include "base/options.h"
#include "instrument/dashboard_options.h"
#include "instrument/dashboard_panels.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Grafana brings dashboards of older schemas up to date by itself. */
#define SCHEMA_VERSION 39

#define MAX_UID 40

typedef struct dashboard {
    promlet_dashboard_opts options;
    char *title; /* both repaired */
    char *job;   /* NULL: all */
    pml_draft document;
    pml_panels panels;
    pml_draft row; /* the word of the row that is open */
} dashboard;

/* ---- options --------------------------------------------------------------------------------- */

static bool is_good_uid(const char *uid)
{
    size_t size = strlen(uid);
    return size >= 1 && size <= MAX_UID &&
           strspn(uid, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == size;
}

static promlet_status read_options(dashboard *self, const promlet_dashboard_opts *options,
                                   size_t options_size)
{
    pml_options_size size = {options_size, sizeof self->options};
    promlet_status status = pml_options_read_if_any(options, &self->options, size, "options:");
    if (status == PROMLET_OK) {
        status = pml_read_escaping(&self->options.escaping);
    }
    if (status == PROMLET_OK && self->options.uid != NULL && !is_good_uid(self->options.uid)) {
        status = pml_option_error("uid: is not 1 to 40 letters, digits, - and _");
    }
    if (status != PROMLET_OK) {
        return status;
    }
    self->title = pml_read_text(self->options.title, "Metrics");
    self->job = pml_read_text(self->options.job, "");
    return self->title != NULL && self->job != NULL
               ? PROMLET_OK
               : promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
}

/* ---- the head -------------------------------------------------------------------------------- */

/* So that a dashboard that is made anew replaces the one before (FNV-1a). */
static void put_uid(pml_json *json, const dashboard *self)
{
    char uid[MAX_UID + 1];
    uint64_t hash = 0xcbf29ce484222325;
    for (const char *at = self->title; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3;
    }
    (void)snprintf(uid, sizeof uid, "promlet-%016llx", (unsigned long long)hash);
    pml_json_string(json, "uid", self->options.uid != NULL ? self->options.uid : uid);
}

static void put_head(pml_json *json, const dashboard *self)
{
    put_uid(json, self);
    pml_json_string(json, "title", self->title);
    pml_json_open(json, "tags", '[');
    pml_json_string(json, NULL, "promlet");
    pml_json_close(json, ']');
    pml_json_number(json, "schemaVersion", SCHEMA_VERSION);
    pml_json_bool(json, "editable", true);
    pml_json_number(json, "graphTooltip", 1); /* the crosshair is in all panels */
    pml_json_string(json, "refresh", "30s");
    pml_json_string(json, "timezone", "browser");
    pml_json_open(json, "time", '{');
    pml_json_string(json, "from", "now-1h");
    pml_json_string(json, "to", "now");
    pml_json_close(json, '}');
}

/* ---- variables ------------------------------------------------------------------------------- */

static void put_source_variable(pml_json *json)
{
    pml_json_open(json, NULL, '{');
    pml_json_string(json, "name", "datasource");
    pml_json_string(json, "label", "Data source");
    pml_json_string(json, "type", "datasource");
    pml_json_string(json, "query", "prometheus");
    pml_json_close(json, '}');
}

static void put_choice(pml_json *json, const char *key, const char *choice)
{
    pml_json_open(json, key, '[');
    pml_json_string(json, NULL, choice);
    pml_json_close(json, ']');
}

/* Any number of values of a label; at first the chosen one, "" for all. */
static void put_label_variable(pml_json *json, const char *name, const char *query,
                               const char *chosen)
{
    bool is_all = *chosen == '\0';
    pml_json_open(json, NULL, '{');
    pml_json_string(json, "name", name);
    pml_json_string(json, "type", "query");
    pml_panels_source(json);
    pml_json_string(json, "definition", query);
    pml_json_open(json, "query", '{');
    pml_json_string(json, "query", query);
    pml_json_string(json, "refId", name);
    pml_json_close(json, '}');
    pml_json_number(json, "refresh", 2); /* whenever the time range changes */
    pml_json_number(json, "sort", 1);
    pml_json_bool(json, "multi", true);
    pml_json_bool(json, "includeAll", true);
    pml_json_string(json, "allValue", ".*");
    pml_json_open(json, "current", '{');
    put_choice(json, "text", is_all ? "All" : chosen);
    put_choice(json, "value", is_all ? "$__all" : chosen);
    pml_json_close(json, '}');
    pml_json_close(json, '}');
}

static void put_variables(pml_json *json, const dashboard *self)
{
    pml_json_open(json, "templating", '{');
    pml_json_open(json, "list", '[');
    put_source_variable(json);
    put_label_variable(json, "job", "label_values(up, job)", self->job);
    put_label_variable(json, "instance", "label_values(up{job=~\"$job\"}, instance)", "");
    pml_json_close(json, ']');
    pml_json_close(json, '}');
}

/* ---- panels ---------------------------------------------------------------------------------- */

static size_t first_word(const char *name)
{
    size_t size = strcspn(name, "_.:-/ ");
    return size > 0 ? size : strlen(name);
}

static bool is_in_row(dashboard *self, const char *name, size_t size)
{
    const char *row = pml_draft_peek(&self->row);
    return strlen(row) == size && memcmp(row, name, size) == 0;
}

static void add_metric(const promlet_description *metric, void *ctx)
{
    dashboard *self = ctx;
    size_t size = first_word(metric->name);
    if (!is_in_row(self, metric->name, size)) {
        pml_draft_clear(&self->row);
        pml_draft_put(&self->row, metric->name, size);
        pml_panels_row(&self->panels, pml_draft_peek(&self->row));
    }
    pml_panels_metric(&self->panels, metric);
}

static promlet_status put_panels(dashboard *self, promlet_registry *registry)
{
    pml_json_open(&self->panels.json, "panels", '[');
    pml_panels_targets(&self->panels);
    promlet_status status =
        promlet_registry_describe(registry, self->options.escaping, add_metric, self);
    pml_json_close(&self->panels.json, ']');
    return status;
}

/* ---- the calls ------------------------------------------------------------------------------- */

static promlet_status put_document(dashboard *self, promlet_registry *registry)
{
    pml_json *json = &self->panels.json;
    json->to = &self->document;
    pml_json_open(json, NULL, '{');
    put_head(json, self);
    put_variables(json, self);
    promlet_status status = put_panels(self, registry);
    pml_json_close(json, '}');
    pml_draft_text(&self->document, "\n");
    self->document.is_out_of_memory |= self->panels.expression.is_out_of_memory ||
                                       self->panels.legend.is_out_of_memory ||
                                       self->row.is_out_of_memory;
    return status;
}

/* The document, or NULL and the status. */
static char *make(promlet_registry *registry, const promlet_dashboard_opts *options,
                  size_t options_size, promlet_status *status)
{
    dashboard self = {.title = NULL};
    char *text = NULL;
    *status = read_options(&self, options, options_size);
    if (*status == PROMLET_OK) {
        *status = put_document(&self, registry);
    }
    if (*status == PROMLET_OK) {
        text = pml_draft_take(&self.document);
        *status = text != NULL ? PROMLET_OK : PROMLET_ERROR_MEMORY;
    }
    pml_draft_free(&self.document);
    pml_draft_free(&self.row);
    pml_panels_free(&self.panels);
    free(self.title);
    free(self.job);
    return text;
}

char *promlet_dashboard_sized(promlet_registry *registry, const promlet_dashboard_opts *options,
                              size_t options_size)
{
    promlet_status status;
    return make(registry, options, options_size, &status);
}

promlet_status promlet_dashboard_write_sized(promlet_registry *registry,
                                             const promlet_dashboard_opts *options,
                                             promlet_write_fn write, void *ctx, size_t options_size)
{
    if (write == NULL) {
        return pml_option_error("the writer is NULL");
    }
    promlet_status status;
    char *text = make(registry, options, options_size, &status);
    return pml_draft_write(text, status, write, ctx);
}
