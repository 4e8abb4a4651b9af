/* SPDX-License-Identifier: Apache-2.0 */
/* What a metric looks like, by its type. The fields are those of Grafana's classic schema; what is
   left out has a default there. */
#include "instrument/dashboard_panels.h"

#include "instrument/dashboard_promql.h"
#include "instrument/dashboard_units.h"

#include <string.h>

/* Of the grid, which has 24 columns. */
enum { PANEL_WIDTH = 12, PANEL_HEIGHT = 8, ROW_HEIGHT = 1, GRID_WIDTH = 24 };

#define MATCHERS "job=~\"$job\", instance=~\"$instance\""

static pml_promql promql_of(pml_panels *panels)
{
    return (pml_promql){&panels->expression, MATCHERS, "$__rate_interval", ""};
}

/* ---- the frame of a panel -------------------------------------------------------------------- */

void pml_panels_source(pml_json *json)
{
    pml_json_open(json, "datasource", '{');
    pml_json_string(json, "type", "prometheus");
    pml_json_string(json, "uid", "${datasource}");
    pml_json_close(json, '}');
}

static void put_position(pml_panels *panels, int width, int height)
{
    pml_json *json = &panels->json;
    pml_json_open(json, "gridPos", '{');
    pml_json_number(json, "x", panels->x);
    pml_json_number(json, "y", panels->y);
    pml_json_number(json, "w", width);
    pml_json_number(json, "h", height);
    pml_json_close(json, '}');
    panels->x += width;
    if (panels->x + width > GRID_WIDTH) {
        panels->x = 0;
        panels->y += height;
    }
}

void pml_panels_row(pml_panels *panels, const char *title)
{
    pml_json *json = &panels->json;
    if (panels->x > 0) {
        panels->x = 0;
        panels->y += PANEL_HEIGHT;
    }
    pml_json_open(json, NULL, '{');
    pml_json_number(json, "id", ++panels->count);
    pml_json_string(json, "type", "row");
    pml_json_string(json, "title", title);
    pml_json_bool(json, "collapsed", false);
    put_position(panels, GRID_WIDTH, ROW_HEIGHT);
    pml_json_raw(json, "panels", "[]");
    pml_json_close(json, '}');
}

/* A panel as it is opened: its title in two parts, the second of which is text. */
typedef struct frame {
    const char *type;
    const char *name;
    const char *what;
    const char *help;
} frame;

/* Its targets come next. */
static void open_panel(pml_panels *panels, const frame *given)
{
    pml_json *json = &panels->json;
    pml_draft_clear(&panels->legend);
    pml_draft_text(&panels->legend, given->name);
    pml_draft_text(&panels->legend, given->what);
    pml_json_open(json, NULL, '{');
    pml_json_number(json, "id", ++panels->count);
    pml_json_string(json, "type", given->type);
    pml_json_string(json, "title", pml_draft_peek(&panels->legend));
    if (*given->help != '\0') {
        pml_json_string(json, "description", given->help);
    }
    pml_panels_source(json);
    put_position(panels, PANEL_WIDTH, PANEL_HEIGHT);
    pml_json_open(json, "targets", '[');
    panels->ref = 'A';
}

static void open_target(pml_panels *panels)
{
    pml_json *json = &panels->json;
    const char ref[] = {panels->ref++, '\0'};
    pml_json_open(json, NULL, '{');
    pml_json_string(json, "refId", ref);
    pml_panels_source(json);
    pml_json_string(json, "editorMode", "code");
    pml_json_string(json, "expr", pml_draft_peek(&panels->expression));
    pml_draft_clear(&panels->expression);
}

/* Of a panel that goes through time: what has been put into the expression. */
static void put_target(pml_panels *panels, const char *legend)
{
    open_target(panels);
    pml_json_string(&panels->json, "legendFormat", legend);
    pml_json_bool(&panels->json, "range", true);
    pml_json_close(&panels->json, '}');
}

/* Behind the targets: the unit of the values, and all of how they are drawn. */
static void close_series_panel(pml_panels *panels, const char *unit)
{
    pml_json *json = &panels->json;
    pml_json_close(json, ']');
    pml_json_open(json, "fieldConfig", '{');
    pml_json_open(json, "defaults", '{');
    pml_json_string(json, "unit", unit);
    pml_json_open(json, "custom", '{');
    pml_json_number(json, "fillOpacity", 10);
    pml_json_string(json, "showPoints", "never");
    pml_json_close(json, '}');
    pml_json_close(json, '}');
    pml_json_raw(json, "overrides", "[]");
    pml_json_close(json, '}');
    pml_json_open(json, "options", '{');
    pml_json_open(json, "legend", '{');
    pml_json_bool(json, "showLegend", true);
    pml_json_string(json, "displayMode", "list");
    pml_json_string(json, "placement", "bottom");
    pml_json_raw(json, "calcs", "[]");
    pml_json_close(json, '}');
    pml_json_open(json, "tooltip", '{');
    pml_json_string(json, "mode", "multi");
    pml_json_string(json, "sort", "desc");
    pml_json_close(json, '}');
    pml_json_close(json, '}');
    pml_json_close(json, '}');
}

static void put_mapping(pml_json *json, const char *value, const char *text, const char *color)
{
    pml_json_open(json, value, '{');
    pml_json_string(json, "text", text);
    pml_json_string(json, "color", color);
    pml_json_number(json, "index", value[0] - '0');
    pml_json_close(json, '}');
}

/* The same for values that are 0 or 1, in words. */
static void close_states_panel(pml_panels *panels, const char *off, const char *off_color,
                               const char *on)
{
    pml_json *json = &panels->json;
    pml_json_close(json, ']');
    pml_json_open(json, "fieldConfig", '{');
    pml_json_open(json, "defaults", '{');
    pml_json_open(json, "mappings", '[');
    pml_json_open(json, NULL, '{');
    pml_json_string(json, "type", "value");
    pml_json_open(json, "options", '{');
    put_mapping(json, "0", off, off_color);
    put_mapping(json, "1", on, "green");
    pml_json_close(json, '}');
    pml_json_close(json, '}');
    pml_json_close(json, ']');
    pml_json_close(json, '}');
    pml_json_raw(json, "overrides", "[]");
    pml_json_close(json, '}');
    pml_json_open(json, "options", '{');
    pml_json_string(json, "showValue", "auto");
    pml_json_bool(json, "mergeValues", true);
    pml_json_close(json, '}');
    pml_json_close(json, '}');
}

/* ---- legends --------------------------------------------------------------------------------- */

/* Where Grafana's template would end too early, or a variable begin in a name. */
static bool is_good_for_legend(const char *label)
{
    return strpbrk(label, "{}$[]") == NULL;
}

static void add_to_legend(pml_draft *legend, const char *label)
{
    pml_draft_text(legend, legend->size > 0 ? " {{" : "{{");
    pml_draft_text(legend, label);
    pml_draft_text(legend, "}}");
}

/* A label, which may be NULL, and those of the metric; what it is called if there are none. */
static const char *legend_of(pml_panels *panels, const promlet_description *metric,
                             const char *first, const char *if_none)
{
    pml_draft_clear(&panels->legend);
    if (first != NULL) {
        add_to_legend(&panels->legend, first);
    }
    for (size_t i = 0; i < metric->label_count; i++) {
        if (!is_good_for_legend(metric->labels[i])) {
            return "__auto";
        }
        add_to_legend(&panels->legend, pml_promql_label(metric->labels[i]));
    }
    return panels->legend.size > 0 ? pml_draft_peek(&panels->legend) : if_none;
}

/* ---- what a metric looks like ---------------------------------------------------------------- */

static const pml_matcher no_matcher;

static void put_rate_panel(pml_panels *panels, const promlet_description *metric)
{
    pml_promql promql = promql_of(panels);
    open_panel(panels, &(frame){"timeseries", metric->name, " per second", metric->help});
    pml_promql_sum_of_rates(&promql, &(pml_samples){metric, "", no_matcher}, true);
    put_target(panels, legend_of(panels, metric, NULL, "per second"));
    close_series_panel(panels, pml_grafana_rate_unit(metric));
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t size = strlen(name);
    size_t suffix_size = strlen(suffix);
    return size >= suffix_size && strcmp(name + size - suffix_size, suffix) == 0;
}

/* In Unix seconds, of which people want to know how long ago it was. */
static bool is_a_time(const promlet_description *metric)
{
    return ends_in(metric->name, "_timestamp_seconds") ||
           ends_in(metric->name, "_start_time_seconds");
}

static void put_value_panel(pml_panels *panels, const promlet_description *metric)
{
    pml_promql promql = promql_of(panels);
    bool is_time = is_a_time(metric);
    open_panel(panels,
               &(frame){"timeseries", metric->name, is_time ? ": how long ago" : "", metric->help});
    pml_draft_text(&panels->expression, is_time ? "time() - " : "");
    pml_promql_select(&promql, &(pml_samples){metric, "", no_matcher});
    put_target(panels, legend_of(panels, metric, "instance", ""));
    close_series_panel(panels, pml_grafana_unit(metric));
}

static void put_quantiles_panel(pml_panels *panels, const promlet_description *metric)
{
    static const char *const quantiles[][2] = {{"0.5", "p50"}, {"0.95", "p95"}, {"0.99", "p99"}};
    pml_promql promql = promql_of(panels);
    open_panel(panels, &(frame){"timeseries", metric->name, ": quantiles", metric->help});
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        pml_promql_quantile(&promql, metric, quantiles[i][0]);
        put_target(panels, quantiles[i][1]);
    }
    close_series_panel(panels, pml_grafana_unit(metric));
}

static void put_observations_panel(pml_panels *panels, const promlet_description *metric)
{
    pml_promql promql = promql_of(panels);
    open_panel(panels,
               &(frame){"timeseries", metric->name, ": observations per second", metric->help});
    pml_promql_observations(&promql, &(pml_samples){metric, "", no_matcher}, true);
    put_target(panels, legend_of(panels, metric, NULL, "per second"));
    close_series_panel(panels, "ops");
}

static void put_histogram(pml_panels *panels, const promlet_description *metric)
{
    /* One bucket tells nothing of quantiles. */
    if (metric->has_classic_buckets || metric->has_native_buckets) {
        put_quantiles_panel(panels, metric);
    }
    put_observations_panel(panels, metric);
}

static void put_summary(pml_panels *panels, const promlet_description *metric)
{
    pml_promql promql = promql_of(panels);
    open_panel(panels,
               &(frame){"timeseries", metric->name,
                        metric->has_quantiles ? ": quantiles and mean" : ": mean", metric->help});
    if (metric->has_quantiles) {
        pml_promql_select(&promql, &(pml_samples){metric, "", no_matcher});
        put_target(panels, "__auto");
    }
    pml_promql_sum_of_rates(&promql, &(pml_samples){metric, "_sum", no_matcher}, true);
    pml_draft_text(&panels->expression, " / ");
    pml_promql_sum_of_rates(&promql, &(pml_samples){metric, "_count", no_matcher}, true);
    put_target(panels, metric->label_count > 0 ? "__auto" : "mean");
    close_series_panel(panels, pml_grafana_unit(metric));
    put_observations_panel(panels, metric);
}

/* The labels are all there is to see. */
static void put_info(pml_panels *panels, const promlet_description *metric)
{
    pml_json *json = &panels->json;
    pml_promql promql = promql_of(panels);
    open_panel(panels, &(frame){"table", metric->name, "", metric->help});
    pml_promql_select(&promql, &(pml_samples){metric, "", no_matcher});
    open_target(panels);
    pml_json_string(json, "format", "table");
    pml_json_bool(json, "instant", true);
    pml_json_bool(json, "range", false);
    pml_json_close(json, '}');
    pml_json_close(json, ']');
    pml_json_open(json, "transformations", '[');
    pml_json_open(json, NULL, '{');
    pml_json_string(json, "id", "organize");
    pml_json_open(json, "options", '{');
    pml_json_open(json, "excludeByName", '{');
    pml_json_bool(json, "Time", true);
    pml_json_bool(json, "Value", true);
    pml_json_bool(json, "__name__", true);
    for (int i = 0; i < 3; i++) {
        pml_json_close(json, '}');
    }
    pml_json_close(json, ']');
    pml_json_close(json, '}');
}

/* Its states are told apart by a label with its name. */
static void put_state_set(pml_panels *panels, const promlet_description *metric)
{
    pml_promql promql = promql_of(panels);
    const char *state = pml_promql_is_plain_label(metric->name) ? metric->name : NULL;
    open_panel(panels, &(frame){"state-timeline", metric->name, "", metric->help});
    pml_promql_select(&promql, &(pml_samples){metric, "", no_matcher});
    put_target(panels, state == NULL ? "__auto" : legend_of(panels, metric, state, ""));
    close_states_panel(panels, "off", "text", "on");
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const struct {
    const char *type;
    void (*put)(pml_panels *panels, const promlet_description *metric);
} looks[] = {
    {"counter", put_rate_panel},
    {"gauge", put_value_panel},
    {"unknown", put_value_panel},
    {"histogram", put_histogram},
    {"gaugehistogram", put_quantiles_panel},
    {"summary", put_summary},
    {"info", put_info},
    {"stateset", put_state_set},
};

void pml_panels_metric(pml_panels *panels, const promlet_description *metric)
{
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        if (strcmp(looks[i].type, metric->type) == 0) {
            looks[i].put(panels, metric);
        }
    }
}

void pml_panels_targets(pml_panels *panels)
{
    open_panel(panels, &(frame){"state-timeline", "up", "", "Targets that Prometheus can scrape."});
    pml_draft_text(&panels->expression, "up{" MATCHERS "}");
    put_target(panels, "{{instance}}");
    close_states_panel(panels, "down", "red", "up");
}

void pml_panels_free(pml_panels *panels)
{
    pml_draft_free(&panels->expression);
    pml_draft_free(&panels->legend);
}
