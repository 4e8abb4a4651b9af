/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each alert is an expression that is true when something is wrong, and must be for so long that it
 * is no passing matter. Names of alerts are the same for all metrics; the label `metric` tells
 * which.
 */
#include "instrument/dashboard_alerts.h"

#include "instrument/dashboard_promql.h"
#include "instrument/dashboard_units.h"

#include <string.h>

/* ---- one rule -------------------------------------------------------------------------------- */

/* Texts of rules are templates of Prometheus: braces that would begin an action are written by one.
 */
static void put_literally(pml_draft *to, const char *text)
{
    for (const char *brace; (brace = strstr(text, "{{")) != NULL; text = brace + 2) {
        pml_draft_put(to, text, (size_t)(brace - text));
        pml_draft_text(to, "{{ \"{{\" }}");
    }
    pml_draft_text(to, text);
}

void pml_alerts_pair(pml_alerts *self, const char *key, const char *value)
{
    pml_draft_text(&self->document, key);
    pml_draft_text(&self->document, ": ");
    pml_draft_quoted(&self->document, value);
    pml_draft_text(&self->document, "\n");
}

/* What an alert says beside its expression. A template of its texts knows the labels of the series,
   and not those that the rule adds. */
typedef struct alert {
    const char *name;
    const char *lasts; /* how long it must hold */
    const char *severity;
    const char *summary;              /* a template: what of whom */
    const promlet_description *about; /* NULL: none; else its name follows */
    const char *rest;                 /* and then this, a template as well */
} alert;

static void put_labels(pml_alerts *self, const alert *given)
{
    pml_draft_text(&self->document, "        labels:\n");
    pml_alerts_pair(self, "          severity", given->severity);
    if (given->about != NULL) {
        pml_draft_clear(&self->text);
        put_literally(&self->text, given->about->name);
        pml_alerts_pair(self, "          metric", pml_draft_peek(&self->text));
    }
}

static void put_annotations(pml_alerts *self, const alert *given)
{
    pml_draft_text(&self->document, "        annotations:\n");
    pml_draft_clear(&self->text);
    pml_draft_text(&self->text, given->summary);
    if (given->about != NULL) {
        put_literally(&self->text, given->about->name);
        pml_draft_text(&self->text, given->rest);
    }
    pml_alerts_pair(self, "          summary", pml_draft_peek(&self->text));
    if (given->about != NULL && *given->about->help != '\0') {
        pml_draft_clear(&self->text);
        put_literally(&self->text, given->about->help);
        pml_alerts_pair(self, "          description", pml_draft_peek(&self->text));
    }
}

/* A rule with the expression that was put together. */
static void put_rule(pml_alerts *self, const alert *given)
{
    pml_alerts_pair(self, "      - alert", given->name);
    pml_alerts_pair(self, "        expr", pml_draft_peek(&self->expression));
    pml_alerts_pair(self, "        for", given->lasts);
    put_labels(self, given);
    put_annotations(self, given);
    pml_draft_clear(&self->expression);
}

static pml_promql promql_of(pml_alerts *self)
{
    return (pml_promql){&self->expression, pml_draft_peek(&self->matchers), "5m", "job"};
}

static void put_limit(pml_alerts *self, double limit)
{
    pml_draft_text(&self->expression, " > ");
    pml_draft_number(&self->expression, limit);
}

/* ---- what a metric can be watched for -------------------------------------------------------- */

static bool is_of_type(const promlet_description *metric, const char *type)
{
    return strcmp(metric->type, type) == 0;
}

static void watch_latency(pml_alerts *self, const promlet_description *metric)
{
    if (!is_of_type(metric, "histogram") || !pml_has_unit(metric, "seconds") ||
        (!metric->has_classic_buckets && !metric->has_native_buckets)) {
        return;
    }
    pml_promql promql = promql_of(self);
    bool has_both = metric->has_classic_buckets && metric->has_native_buckets;
    pml_draft_text(&self->expression, has_both ? "(" : "");
    pml_promql_quantile(&promql, metric, "0.95");
    pml_draft_text(&self->expression, has_both ? ")" : "");
    put_limit(self, self->limits.max_p95_seconds);
    put_rule(self, &(alert){"LatencyHigh", "5m", "warning", "{{ $labels.job }}: p95 of ", metric,
                            " is {{ $value | humanizeDuration }}"});
}

/* Labels that tell failures, and which of their values do. */
static const pml_matcher failures[] = {
    {"error_type", "!=\"\""},
    {"error.type", "!=\"\""},
    {"code", "=~\"5..\""},
    {"status", "=~\"5..\""},
    {"status_code", "=~\"5..\""},
    {"http_response_status_code", "=~\"5..\""},
    {"http.response.status_code", "=~\"5..\""},
};

static bool has_label(const promlet_description *metric, const char *label)
{
    for (size_t i = 0; i < metric->label_count; i++) {
        if (strcmp(metric->labels[i], label) == 0) {
            return true;
        }
    }
    return false;
}

/* How many there are a second, all or those that a matcher fits. */
static void put_number_of(pml_alerts *self, const promlet_description *metric, pml_matcher matcher)
{
    pml_promql promql = promql_of(self);
    pml_samples samples = {metric, "", matcher};
    pml_draft_text(&self->expression, "(");
    if (is_of_type(metric, "counter")) {
        pml_promql_sum_of_rates(&promql, &samples, false);
    } else {
        pml_promql_observations(&promql, &samples, false);
    }
    pml_draft_text(&self->expression, ")");
}

static void watch_failures(pml_alerts *self, const promlet_description *metric)
{
    if (!is_of_type(metric, "counter") && !is_of_type(metric, "histogram")) {
        return;
    }
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        if (!has_label(metric, failures[i].label)) {
            continue;
        }
        put_number_of(self, metric, failures[i]);
        pml_draft_text(&self->expression, " / ");
        put_number_of(self, metric, (pml_matcher){NULL, NULL});
        put_limit(self, self->limits.max_error_ratio);
        put_rule(self, &(alert){"ErrorRatioHigh", "5m", "warning",
                                "{{ $labels.job }}: {{ $value | humanizePercentage }} of ", metric,
                                " are failures"});
        return;
    }
}

static void watch_cpu(pml_alerts *self, const promlet_description *metric)
{
    pml_promql promql = promql_of(self);
    pml_promql_rate(&promql, &(pml_samples){metric, "", {NULL, NULL}});
    put_limit(self, self->limits.max_cpu_ratio);
    put_rule(self, &(alert){"CpuHigh", "10m", "warning",
                            "{{ $labels.instance }}: the process uses "
                            "{{ $value | humanizePercentage }} of a CPU, says ",
                            metric, ""});
}

static void watch_memory(pml_alerts *self, const promlet_description *metric)
{
    if (self->limits.max_memory_bytes == 0) {
        return;
    }
    pml_promql promql = promql_of(self);
    pml_promql_select(&promql, &(pml_samples){metric, "", {NULL, NULL}});
    put_limit(self, self->limits.max_memory_bytes);
    put_rule(self, &(alert){"MemoryHigh", "10m", "warning",
                            "{{ $labels.instance }}: the process has {{ $value | humanize1024 }}B "
                            "in memory, says ",
                            metric, ""});
}

/* How many there may be is a metric beside. */
static void watch_descriptors(pml_alerts *self, const promlet_description *metric)
{
    static const promlet_description most = {.name = "process_max_fds"};
    pml_promql promql = promql_of(self);
    pml_promql_select(&promql, &(pml_samples){metric, "", {NULL, NULL}});
    pml_draft_text(&self->expression, " / ");
    pml_promql_select(&promql, &(pml_samples){&most, "", {NULL, NULL}});
    put_limit(self, 0.8);
    put_rule(self, &(alert){"DescriptorsRunOut", "10m", "warning",
                            "{{ $labels.instance }}: {{ $value | humanizePercentage }} of the file "
                            "descriptors are open, says ",
                            metric, ""});
}

void pml_alerts_metric(pml_alerts *self, const promlet_description *metric)
{
    watch_latency(self, metric);
    watch_failures(self, metric);
    if (strcmp(metric->name, "process_cpu_seconds_total") == 0) {
        watch_cpu(self, metric);
    } else if (strcmp(metric->name, "process_resident_memory_bytes") == 0) {
        watch_memory(self, metric);
    } else if (strcmp(metric->name, "process_open_fds") == 0) {
        watch_descriptors(self, metric);
    }
}

/* ---- what all can be watched for ------------------------------------------------------------- */

void pml_alerts_targets(pml_alerts *self)
{
    static const promlet_description up = {.name = "up"};
    pml_promql promql = promql_of(self);
    pml_promql_select(&promql, &(pml_samples){&up, "", {NULL, NULL}});
    pml_draft_text(&self->expression, " == 0");
    put_rule(self,
             &(alert){"TargetDown", "1m", "critical",
                      "{{ $labels.job }}: {{ $labels.instance }} can't be scraped", NULL, ""});
}

/* Counters of promlet that are there only once they are not zero: the first value is as new as an
   increase. */
static void watch_own(pml_alerts *self, const char *name, const alert *given)
{
    const promlet_description own = {.name = name};
    const pml_samples samples = {&own, "", {NULL, NULL}};
    pml_promql promql = promql_of(self);
    pml_draft_text(&self->expression, "increase(");
    pml_promql_select(&promql, &samples);
    pml_draft_text(&self->expression, "[15m]) > 0 or (");
    pml_promql_select(&promql, &samples);
    pml_draft_text(&self->expression, " unless ");
    pml_promql_select(&promql, &samples);
    pml_draft_text(&self->expression, " offset 15m)");
    put_rule(self, given);
}

void pml_alerts_promlet(pml_alerts *self)
{
    watch_own(self, "promlet_series_overflow_total",
              &(alert){"SeriesOverflow", "0s", "warning",
                       "{{ $labels.instance }}: {{ $labels.family }} is full, so new label values "
                       "share one series",
                       NULL, ""});
    watch_own(self, "promlet_dropped_total",
              &(alert){"RecordingsDropped", "0s", "info",
                       "{{ $labels.instance }}: recordings were refused, reason: "
                       "{{ $labels.reason }}",
                       NULL, ""});
}

void pml_alerts_free(pml_alerts *alerts)
{
    pml_draft_free(&alerts->document);
    pml_draft_free(&alerts->matchers);
    pml_draft_free(&alerts->expression);
    pml_draft_free(&alerts->text);
}
