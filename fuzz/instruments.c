/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are read as a program that uses every instrument with every option, in a registry that may
 * take names in UTF-8: exemplars by call and by hook, native buckets, state sets, collectors,
 * callbacks with a deadline, filters, merging. What the library refuses, it refuses. Each snapshot
 * is taken apart, and must say the same in each format (every_document.h). What values it must hold
 * is the matter of registry.c. In the end there is a dashboard of it, and alert rules.
 *
 * New operations get the next free number, so that the corpus keeps its meaning.
 */
#include "instruments.h"

#include "arguments.h"
#include "dashboards.h"
#include "every_document.h"
#include "made_names.h"
#include "session.h"

#include <promlet/testing.h>

#define OPERATIONS 16
#define MOST_CHECKS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- snapshots ------------------------------------------------------------------------------- */

static void check_snapshot(program *self, promlet_snapshot *snapshot)
{
    if (snapshot == NULL) {
        finding("no snapshot: %s", promlet_last_error());
    }
    if (self->check_count++ < MOST_CHECKS) {
        size_t mark = made_mark();
        made_snapshot made = made_take_apart(snapshot);
        check_every_document(&made, &self->cuts);
        made_free(mark);
    }
}

static void do_check(program *self)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(self->registry);
    check_snapshot(self, snapshot);
    promlet_snapshot_release(snapshot);
}

static void do_check_filtered(program *self)
{
    static const char *const prefixes[] = {"G", "H", "I", "_", "p", ""};
    const char *allowed = prefixes[input_choice(&self->in, 6)];
    promlet_filter filter = {.allow_prefixes = &allowed, .allow_count = 1};
    promlet_snapshot *snapshot = promlet_snapshot_take_filtered(self->registry, &filter);
    check_snapshot(self, snapshot);
    promlet_snapshot_release(snapshot);
}

static void do_keep(program *self)
{
    promlet_snapshot_release(self->kept);
    self->kept = promlet_snapshot_take(self->registry);
}

/* With what the registry has become since, or with itself. */
static void do_check_merged(program *self)
{
    promlet_snapshot *now = promlet_snapshot_take(self->registry);
    promlet_snapshot *both[] = {self->kept != NULL ? self->kept : now, now};
    promlet_snapshot *merged = promlet_snapshot_merge(both, 2);
    check_snapshot(self, merged);
    promlet_snapshot_release(merged);
    promlet_snapshot_release(now);
}

/* ---- the hook -------------------------------------------------------------------------------- */

static bool give_context(promlet_trace_context *context, void *ctx)
{
    const uint8_t *byte = ctx;
    memset(context, *byte, sizeof context->trace_id);
    memset(context->span_id, *byte / 2, sizeof context->span_id);
    context->is_sampled = *byte % 8 != 0;
    return *byte % 16 != 0;
}

static void do_hook(program *self)
{
    self->trace = input_byte(&self->in);
    promlet_set_trace_context_hook(self->trace == 1 ? NULL : give_context, &self->trace);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void do_advance(program *self)
{
    static const double seconds[] = {0.0001, 1, 100, 10000};
    (void)promlet_testing_advance(seconds[input_choice(&self->in, 4)]);
}

/* ---- programs -------------------------------------------------------------------------------- */

typedef void (*operation)(program *self);

/* The numbers between are free. */
static const operation operations[OPERATIONS] = {
    [0] = do_declare_any, [1] = do_declare_any,    [2] = do_look_up_any,   [3] = do_look_up_any,
    [4] = do_record_any,  [5] = do_record_any,     [6] = do_record_traced, [7] = do_use_db_client,
    [8] = do_check,       [9] = do_check_filtered, [10] = do_keep,         [11] = do_check_merged,
    [12] = do_hook,       [13] = do_advance,       [14] = do_end_family,   [15] = do_collect,
};

static void begin(program *self)
{
    bool is_utf8 = input_choice(&self->in, 4) > 0;
    self->cuts = read_cuts(&self->in);
    promlet_registry_opts options = {.utf8_names = is_utf8};
    if (input_choice(&self->in, 4) == 0) {
        options.prefix = read_made_name(&self->in, 'N', "");
    }
    if (input_choice(&self->in, 4) == 0) {
        options.const_labels[0].name = read_made_name(&self->in, 'n', "");
        options.const_labels[0].value = read_made_text(&self->in, true);
    }
    (void)promlet_registry_configure(self->registry, &options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static program self;
    (void)promlet_testing_set_time(1e9);
    self = (program){.in = {data, size}, .registry = promlet_registry_new()};
    arguments_begin();
    begin(&self);
    while (self.in.left > 0) {
        operations[input_choice(&self.in, OPERATIONS)](&self);
    }
    do_check(&self);
    check_dashboards(self.registry);
    promlet_snapshot_release(self.kept);
    promlet_set_trace_context_hook(NULL, NULL);
    promlet_db_client_free(self.db_client);
    promlet_registry_free(self.registry);
    made_free(0);
    return 0;
}
