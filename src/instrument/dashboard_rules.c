/* SPDX-License-Identifier: Apache-2.0 */
/* A file of alert rules as a whole: its options and its frame. What a metric is watched for is up
   to dashboard_alerts.c. */
#include <promlet/dashboard.h>

#include "base/options.h"
#include "instrument/dashboard_alerts.h"
#include "instrument/dashboard_options.h"
#include "instrument/dashboard_promql.h"

#include <math.h>
#include <stdlib.h>

typedef struct rules {
    char *group; /* both repaired */
    char *job;   /* "": all */
    pml_alerts alerts;
} rules;

/* ---- options --------------------------------------------------------------------------------- */

static bool is_limit(double limit)
{
    return isfinite(limit) && limit >= 0;
}

static promlet_status read_limits(promlet_alert_opts *options)
{
    if (!is_limit(options->max_p95_seconds)) {
        return pml_option_error("max_p95_seconds: is negative or not finite");
    }
    if (!is_limit(options->max_cpu_ratio)) {
        return pml_option_error("max_cpu_ratio: is negative or not finite");
    }
    if (!is_limit(options->max_memory_bytes)) {
        return pml_option_error("max_memory_bytes: is negative or not finite");
    }
    if (!is_limit(options->max_error_ratio) || options->max_error_ratio >= 1) {
        return pml_option_error("max_error_ratio: is not a share below 1");
    }
    if (options->max_p95_seconds == 0) {
        options->max_p95_seconds = PROMLET_DEFAULT_MAX_P95_SECONDS;
    }
    if (options->max_error_ratio == 0) {
        options->max_error_ratio = PROMLET_DEFAULT_MAX_ERROR_RATIO;
    }
    if (options->max_cpu_ratio == 0) {
        options->max_cpu_ratio = PROMLET_DEFAULT_MAX_CPU_RATIO;
    }
    return PROMLET_OK;
}

static promlet_status read_options(rules *self, const promlet_alert_opts *options,
                                   size_t options_size)
{
    promlet_alert_opts *limits = &self->alerts.limits;
    pml_options_size size = {options_size, sizeof *limits};
    promlet_status status = pml_options_read_if_any(options, limits, size, "options:");
    if (status == PROMLET_OK) {
        status = pml_read_escaping(&limits->escaping);
    }
    if (status == PROMLET_OK) {
        status = read_limits(limits);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    self->group = pml_read_text(limits->group, "promlet");
    self->job = pml_read_text(limits->job, "");
    return self->group != NULL && self->job != NULL
               ? PROMLET_OK
               : promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
}

/* ---- the calls ------------------------------------------------------------------------------- */

static void add_metric(const promlet_description *metric, void *ctx)
{
    pml_alerts_metric(ctx, metric);
}

static promlet_status put_document(rules *self, promlet_registry *registry)
{
    pml_alerts *alerts = &self->alerts;
    if (*self->job != '\0') {
        pml_draft_text(&alerts->matchers, "job=");
        pml_promql_string(&alerts->matchers, self->job);
    }
    pml_draft_text(&alerts->document, "groups:\n");
    pml_alerts_pair(alerts, "  - name", self->group);
    pml_draft_text(&alerts->document, "    rules:\n");
    pml_alerts_targets(alerts);
    promlet_status status =
        promlet_registry_describe(registry, alerts->limits.escaping, add_metric, alerts);
    pml_alerts_promlet(alerts);
    alerts->document.is_out_of_memory |= alerts->matchers.is_out_of_memory ||
                                         alerts->expression.is_out_of_memory ||
                                         alerts->text.is_out_of_memory;
    return status;
}

/* The document, or NULL and the status. */
static char *make(promlet_registry *registry, const promlet_alert_opts *options,
                  size_t options_size, promlet_status *status)
{
    rules self = {.group = NULL};
    char *text = NULL;
    *status = read_options(&self, options, options_size);
    if (*status == PROMLET_OK) {
        *status = put_document(&self, registry);
    }
    if (*status == PROMLET_OK) {
        text = pml_draft_take(&self.alerts.document);
        *status = text != NULL ? PROMLET_OK : PROMLET_ERROR_MEMORY;
    }
    pml_alerts_free(&self.alerts);
    free(self.group);
    free(self.job);
    return text;
}

char *promlet_alert_rules_sized(promlet_registry *registry, const promlet_alert_opts *options,
                                size_t options_size)
{
    promlet_status status;
    return make(registry, options, options_size, &status);
}

promlet_status promlet_alert_rules_write_sized(promlet_registry *registry,
                                               const promlet_alert_opts *options,
                                               promlet_write_fn write, void *ctx,
                                               size_t options_size)
{
    if (write == NULL) {
        return pml_option_error("the writer is NULL");
    }
    promlet_status status;
    char *text = make(registry, options, options_size, &status);
    return pml_draft_write(text, status, write, ctx);
}
