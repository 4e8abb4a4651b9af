/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are read as a program that uses a registry: it declares metrics, good and bad ones, asks
 * for series with any label values, records any numbers, keeps snapshots for a while. A model is
 * told the same. Every document must keep the rules of the format and show what the model expects;
 * anything else aborts.
 *
 * An operation is one byte, its arguments follow. New operations get the next free number, so that
 * the corpus keeps its meaning.
 */
#include "arguments.h"
#include "session.h"

#include <promlet/testing.h>

#define OPERATIONS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void do_set_budget(session *self)
{
    static const size_t budgets[] = {0, 1000, 100000, PROMLET_DEFAULT_CELL_BUDGET, SIZE_MAX};
    promlet_registry_set_cell_budget(self->registry, budgets[input_choice(&self->in, 5)]);
}

static void configure(session *self, promlet_registry_opts options)
{
    options.max_label_value_bytes = self->max_label_value_bytes;
    options.max_memory_bytes = self->max_memory_bytes;
    bool is_taken = model_configure(&self->model, &options);
    forget_last_error();
    promlet_status status = promlet_registry_configure(self->registry, &options);
    if ((status == PROMLET_OK) != is_taken || has_failed() == is_taken) {
        finding("configuring: %s", promlet_last_error());
    }
}

void do_configure(session *self)
{
    configure(self, read_registry_options(&self->in));
}

/* Before there is anything: whether a removed series that comes again is a new one, to which the
   limits apply, depends on when its memory is taken away. */
void do_set_limits(session *self)
{
    static const size_t sizes[] = {0, 1, 3, 40};
    size_t size = sizes[input_choice(&self->in, 4)];
    bool has_no_memory = input_choice(&self->in, 2) == 1;
    if (self->model.is_prefix_settled) {
        return;
    }
    self->max_label_value_bytes = size;
    self->max_memory_bytes = has_no_memory;
    self->model.max_value_bytes = size != 0 ? size : PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES;
    self->model.has_no_memory = has_no_memory;
    configure(self, (promlet_registry_opts){.prefix = NULL});
}

/* Some scrapes far apart, in which nothing is asked for. */
void do_let_expire(session *self)
{
    for (int i = 0; i < 8; i++) {
        if (promlet_testing_advance(1000) != PROMLET_OK) {
            finding("the clock: %s", promlet_last_error());
        }
        promlet_free(promlet_registry_get_metrics(self->registry));
    }
    model_let_expire(&self->model);
}

typedef void (*operation)(session *self);

/* The numbers between are free. */
static const operation operations[OPERATIONS] = {
    [0] = do_declare,        [1] = do_declare,          [2] = do_look_up,
    [3] = do_look_up,        [4] = do_record,           [5] = do_record,
    [6] = do_record_by,      [7] = do_record_by,        [8] = do_scrape,
    [9] = do_take_snapshot,  [10] = do_read_snapshot,   [11] = do_release_snapshot,
    [12] = do_look_up_badly, [13] = do_record_by_badly, [14] = do_set_budget,
    [15] = do_release,       [16] = do_remove,          [17] = do_remove_matching,
    [18] = do_clear,         [19] = do_unregister,      [20] = do_unregister_by_name,
    [21] = do_configure,     [22] = do_look_up_by_name, [23] = do_curry,
    [24] = do_switch,        [25] = do_set_limits,      [26] = do_declare_idle,
    [27] = do_let_expire,    [28] = do_record_extreme,  [29] = do_take_filtered,
    [30] = do_merge,         [31] = do_check_formats,   [32] = do_take_at_once,
};

static void finish(session *self)
{
    bool registry_goes_first = input_choice(&self->in, 2) == 0;
    do_scrape(self);
    if (registry_goes_first) {
        promlet_registry_free(self->registry);
    }
    for (size_t i = 0; i < MOST_SNAPSHOTS; i++) {
        const uint8_t number = (uint8_t)i;
        self->in = (input){&number, 1};
        do_read_snapshot(self);
        self->in = (input){&number, 1};
        do_release_snapshot(self);
    }
    if (!registry_goes_first) {
        promlet_registry_free(self->registry);
    }
    forget_views(self);
    model_free(&self->model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static session self;
    promlet_set_recording(true);
    if (promlet_testing_set_time(1e9) != PROMLET_OK) {
        finding("the clock: %s", promlet_last_error());
    }
    self = (session){.in = {data, size}, .registry = promlet_registry_new()};
    self.model.max_value_bytes = PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES;
    while (self.in.left > 0) {
        operation next = operations[input_choice(&self.in, OPERATIONS)];
        arguments_begin();
        if (next != NULL) {
            next(&self);
        }
    }
    finish(&self);
    return 0;
}
