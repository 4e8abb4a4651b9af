/* SPDX-License-Identifier: Apache-2.0 */
/* Which names need quotes, and how samples are selected and summed. What is worth asking for is up
   to dashboard_panels.c and dashboard_alerts.c. */
#include "instrument/dashboard_promql.h"

#include <stdio.h>
#include <string.h>

/* ---- names ----------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_plain(const char *name, bool takes_colons)
{
    if (name[0] >= '0' && name[0] <= '9') {
        return false;
    }
    const char *at = name;
    while (is_letter(*at) || (*at >= '0' && *at <= '9') || (*at == ':' && takes_colons)) {
        at++;
    }
    return at > name && *at == '\0';
}

bool pml_promql_is_plain_label(const char *name)
{
    return is_plain(name, false);
}

const char *pml_promql_label(const char *name)
{
    if (strcmp(name, "job") == 0) {
        return "exported_job";
    }
    return strcmp(name, "instance") == 0 ? "exported_instance" : name;
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_same_word(const char *one, const char *other)
{
    while (*one != '\0' && lower(*one) == *other) {
        one++;
        other++;
    }
    return *one == *other;
}

/* A metric's name that PromQL would take for something else. Not all of them are, in all versions
   and places; but a selector that says __name__ is always understood. */
static bool is_word_of_promql(const char *name)
{
    static const char *const words[] = {
        "anchored",    "and",    "atan2",        "avg",         "bool",     "bottomk",
        "by",          "count",  "count_values", "end",         "fill",     "fill_left",
        "fill_right",  "group",  "group_left",   "group_right", "ignoring", "inf",
        "limit_ratio", "limitk", "max",          "min",         "nan",      "offset",
        "on",          "or",     "quantile",     "smoothed",    "start",    "stddev",
        "stdvar",      "step",   "sum",          "topk",        "unless",   "without"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (is_same_word(name, words[i])) {
            return true;
        }
    }
    return false;
}

void pml_promql_string(pml_draft *to, const char *text)
{
    pml_draft_text(to, "\"");
    for (; *text != '\0'; text++) {
        char escape[8];
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            (void)snprintf(escape, sizeof escape, "\\%c", *text);
            pml_draft_text(to, escape);
        } else if (c < ' ' || c == 0x7f || c == '$' || c == '[') {
            (void)snprintf(escape, sizeof escape, "\\x%02x", c);
            pml_draft_text(to, escape);
        } else {
            pml_draft_put(to, text, 1);
        }
    }
    pml_draft_text(to, "\"");
}

static void put_label(pml_draft *to, const char *name)
{
    if (pml_promql_is_plain_label(name)) {
        pml_draft_text(to, name);
    } else {
        pml_promql_string(to, name);
    }
}

/* ---- selectors ------------------------------------------------------------------------------- */

/* What stands in the braces behind a name that may have been there already. */
static void put_matchers(const pml_promql *self, pml_matcher matcher, bool has_name)
{
    if (*self->matchers != '\0') {
        pml_draft_text(self->to, has_name ? ", " : "");
        pml_draft_text(self->to, self->matchers);
    }
    if (matcher.label != NULL) {
        pml_draft_text(self->to, has_name || *self->matchers != '\0' ? ", " : "");
        put_label(self->to, matcher.label);
        pml_draft_text(self->to, matcher.condition);
    }
}

/* The name, with its suffix, in quotes. */
static void put_quoted_name(pml_draft *to, const pml_samples *samples)
{
    pml_draft name = {.bytes = NULL};
    pml_draft_text(&name, samples->metric->name);
    pml_draft_text(&name, samples->suffix);
    pml_promql_string(to, pml_draft_peek(&name));
    to->is_out_of_memory = to->is_out_of_memory || name.is_out_of_memory;
    pml_draft_free(&name);
}

void pml_promql_select(const pml_promql *self, const pml_samples *samples)
{
    const char *name = samples->metric->name;
    bool is_word = *samples->suffix == '\0' && is_word_of_promql(name);
    bool is_within = is_word || !is_plain(name, true);
    if (is_within) {
        pml_draft_text(self->to, is_word ? "{__name__=" : "{");
        put_quoted_name(self->to, samples);
    } else {
        pml_draft_text(self->to, name);
        pml_draft_text(self->to, samples->suffix);
    }
    if (is_within || *self->matchers != '\0' || samples->matcher.label != NULL) {
        pml_draft_text(self->to, is_within ? "" : "{");
        put_matchers(self, samples->matcher, is_within);
        pml_draft_text(self->to, "}");
    }
}

void pml_promql_rate(const pml_promql *self, const pml_samples *samples)
{
    pml_draft_text(self->to, "rate(");
    pml_promql_select(self, samples);
    pml_draft_text(self->to, "[");
    pml_draft_text(self->to, self->window);
    pml_draft_text(self->to, "])");
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Which labels a sum keeps: the common one, `le` of classic buckets, and those of the metric. */
typedef struct grouping {
    const promlet_description *metric; /* NULL: none of its labels */
    bool with_bounds;
} grouping;

static void put_next(const pml_promql *self, bool *is_first)
{
    pml_draft_text(self->to, *is_first ? "" : ", ");
    *is_first = false;
}

static void open_sum(const pml_promql *self, grouping by)
{
    size_t label_count = by.metric != NULL ? by.metric->label_count : 0;
    bool is_first = true;
    if (*self->grouped == '\0' && !by.with_bounds && label_count == 0) {
        pml_draft_text(self->to, "sum(");
        return;
    }
    pml_draft_text(self->to, "sum by (");
    if (*self->grouped != '\0') {
        put_next(self, &is_first);
        put_label(self->to, self->grouped);
    }
    if (by.with_bounds) {
        put_next(self, &is_first);
        pml_draft_text(self->to, "le");
    }
    for (size_t i = 0; i < label_count; i++) {
        put_next(self, &is_first);
        put_label(self->to, pml_promql_label(by.metric->labels[i]));
    }
    pml_draft_text(self->to, ") (");
}

static void put_sum(const pml_promql *self, const pml_samples *samples, grouping by, bool of_rates)
{
    open_sum(self, by);
    if (of_rates) {
        pml_promql_rate(self, samples);
    } else {
        pml_promql_select(self, samples);
    }
    pml_draft_text(self->to, ")");
}

void pml_promql_sum_of_rates(const pml_promql *self, const pml_samples *samples, bool with_labels)
{
    put_sum(self, samples, (grouping){.metric = with_labels ? samples->metric : NULL}, true);
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* Native buckets are the metric itself, and only where Prometheus reads them; classic ones are
   mostly gone there. So each form is asked for, of a histogram that has both. */
static bool has_native(const promlet_description *metric)
{
    return metric->has_native_buckets;
}

static bool has_classic(const promlet_description *metric)
{
    return metric->has_classic_buckets || !metric->has_native_buckets;
}

static void put_or(const pml_promql *self, const promlet_description *metric)
{
    pml_draft_text(self->to, has_classic(metric) && has_native(metric) ? " or " : "");
}

void pml_promql_observations(const pml_promql *self, const pml_samples *samples, bool with_labels)
{
    pml_samples these = *samples;
    if (has_classic(samples->metric)) {
        these.suffix = "_count";
        pml_promql_sum_of_rates(self, &these, with_labels);
    }
    put_or(self, samples->metric);
    if (has_native(samples->metric)) {
        these.suffix = "";
        pml_draft_text(self->to, "histogram_count(");
        pml_promql_sum_of_rates(self, &these, with_labels);
        pml_draft_text(self->to, ")");
    }
}

static void put_quantile(const pml_promql *self, const pml_samples *samples, const char *quantile)
{
    bool is_counted = strcmp(samples->metric->type, "gaugehistogram") != 0;
    pml_draft_text(self->to, "histogram_quantile(");
    pml_draft_text(self->to, quantile);
    pml_draft_text(self->to, ", ");
    put_sum(self, samples, (grouping){.with_bounds = *samples->suffix != '\0'}, is_counted);
    pml_draft_text(self->to, ")");
}

void pml_promql_quantile(const pml_promql *self, const promlet_description *metric,
                         const char *quantile)
{
    if (has_classic(metric)) {
        put_quantile(self, &(pml_samples){metric, "_bucket", {NULL, NULL}}, quantile);
    }
    put_or(self, metric);
    if (has_native(metric)) {
        put_quantile(self, &(pml_samples){metric, "", {NULL, NULL}}, quantile);
    }
}
