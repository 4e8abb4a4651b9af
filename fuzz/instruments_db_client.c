/* SPDX-License-Identifier: Apache-2.0 */
/* A database client, and an operation and a stage of it with any names. */
#include "instruments.h"

#include "arguments.h"

#include <promlet/testing.h>

#define FEW_SERIES 4

static promlet_db_client *new_client(program *self)
{
    input *in = &self->in;
    promlet_db_client_opts options = {.system = read_value(in), .max_series = FEW_SERIES};
    size_t labels = input_choice(in, 4);
    options.with_status_code = labels % 2 != 0;
    if (labels >= 2) {
        options.server_address = read_value(in);
        options.server_port = input_byte(in);
    }
    options.clock = (promlet_clock)input_choice(in, 5);
    options.exemplars = input_choice(in, 2) == 0;
    options.native_factor = input_choice(in, 2) == 0 ? 1.1 : 0;
    return promlet_db_client_new(self->registry, &options);
}

/* Either by its end or by a scope. */
static void finish(promlet_db_operation *operation, input *in)
{
    const char *error_type = read_value(in);
    switch (input_choice(in, 4)) {
    case 0:
        promlet_db_operation_cancel(operation);
        break;
    case 1:
        promlet_db_operation_fail(operation, error_type);
        break;
    default:
        promlet_db_operation_finish(operation, error_type);
    }
    promlet_db_operation_scope_finish(operation);
}

void do_use_db_client(program *self)
{
    input *in = &self->in;
    arguments_begin();
    if (self->db_client == NULL) {
        self->db_client = new_client(self);
    }
    const char *name = read_value(in);
    promlet_db_operation operation =
        promlet_db_operation_start(self->db_client, read_value(in), NULL, name);
    promlet_db_client_set_stages(self->db_client, input_choice(in, 2) == 0);
    promlet_db_stage stage = promlet_db_stage_start(self->db_client, read_value(in), name);
    (void)promlet_testing_advance(input_byte(in) / 16.0);
    promlet_db_stage_finish(&stage);
    promlet_db_operation_set_status_code(&operation, read_value(in));
    finish(&operation, in);
}
