/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and frees a database client: its options, its labels, its histogram. */
#include "instrument/db_client.h"

#include "base/options.h"

#include <promlet/bounds.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PORT 65535

static const promlet_db_success usual_successes[] = {
    {PROMLET_DB_EXISTS, PROMLET_DB_ERROR_KEY_NOT_FOUND}};
static const double usual_bounds[] = {PROMLET_BOUNDS_OTEL_DB};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* What is returned on an error. Never written. Operations run as others do, with the clock that
   records nothing. */
static promlet_db_client failed = {.clock = PROMLET_CLOCK_NONE};

/* ---- options --------------------------------------------------------------------------------- */

static const char *fault_of_successes(const promlet_db_success *successes, size_t count)
{
    if (count > PROMLET_DB_MAX_SUCCESSES) {
        return "successes: there are more than PROMLET_DB_MAX_SUCCESSES";
    }
    if (successes == NULL && count > 0) {
        return "success_count: is set without successes";
    }
    for (size_t i = 0; i < count; i++) {
        if (successes[i].operation == NULL || successes[i].error_type == NULL) {
            return "successes: one has an operation or an error type that is NULL";
        }
    }
    return NULL;
}

/* What is wrong with options, as a sentence; NULL if nothing is. */
static const char *fault_of(const promlet_db_client_opts *options)
{
    if (options->system == NULL || *options->system == '\0') {
        return "system: is NULL or empty, and must name the product, such as \"redis\"";
    }
    if (options->server_port < 0 || options->server_port > MAX_PORT) {
        return "server_port: is no number from 0 to 65535";
    }
    if (options->server_port != 0 && options->server_address == NULL) {
        return "server_port: is set without server_address";
    }
    return fault_of_successes(options->successes, options->success_count);
}

static const char *read_options(const promlet_db_client_opts *given, size_t given_size,
                                promlet_db_client_opts *read)
{
    pml_options_size size = {given_size, sizeof *read};
    const char *fault = pml_options_read(given, read, size, "options:") == PROMLET_OK
                            ? fault_of(read)
                            : promlet_last_error();
    if (fault == NULL && read->successes == NULL) {
        read->successes = usual_successes;
        read->success_count = COUNT_OF(usual_successes);
    }
    if (fault == NULL && read->bounds == NULL && read->bound_count == 0) {
        read->bounds = usual_bounds;
        read->bound_count = COUNT_OF(usual_bounds);
    }
    return fault;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* The text of a port; "" for none. */
typedef struct port_text {
    char text[8];
} port_text;

static port_text text_of_port(int port)
{
    port_text result = {""};
    if (port != 0) {
        (void)snprintf(result.text, sizeof result.text, "%d", port);
    }
    return result;
}

static size_t size_of_text(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

static size_t size_of_client(const promlet_db_client_opts *options, const port_text *port)
{
    size_t size = sizeof(promlet_db_client) + options->success_count * sizeof(promlet_db_success) +
                  size_of_text(options->system) + size_of_text(options->server_address) +
                  size_of_text(port->text);
    for (size_t i = 0; i < options->success_count; i++) {
        size += size_of_text(options->successes[i].operation) +
                size_of_text(options->successes[i].error_type);
    }
    return size;
}

/* Copies a text to where there is room, and moves that on. */
static const char *put_text(char **room, const char *text)
{
    size_t size = size_of_text(text);
    char *copy = memcpy(*room, text, size);
    *room += size;
    return copy;
}

static void put_successes(promlet_db_client *client, const promlet_db_client_opts *options,
                          char **room)
{
    promlet_db_success *successes = (promlet_db_success *)(client + 1);
    for (size_t i = 0; i < options->success_count; i++) {
        successes[i].operation = put_text(room, options->successes[i].operation);
        successes[i].error_type = put_text(room, options->successes[i].error_type);
        client->success_bits |= pml_db_success_bit(successes[i].operation, successes[i].error_type);
    }
    client->successes = successes;
    client->success_count = options->success_count;
}

static void put_values(promlet_db_client *client, const promlet_db_client_opts *options,
                       const port_text *port, char **room)
{
    for (size_t i = 0; i < PROMLET_DB_MAX_LABELS; i++) {
        client->values[i] = "";
    }
    client->values[PML_DB_SYSTEM] = put_text(room, options->system);
    size_t at = PML_DB_MANDATORY;
    if (options->with_status_code) {
        client->status_code_at = at++;
    }
    if (options->server_address != NULL) {
        client->values[at++] = put_text(room, options->server_address);
        client->values[at++] = put_text(room, port->text);
    }
    client->label_count = at;
}

/* Without its metrics; NULL when out of memory. */
static promlet_db_client *make_client(const promlet_db_client_opts *options)
{
    port_text port = text_of_port(options->server_port);
    promlet_db_client *client = calloc(1, size_of_client(options, &port));
    if (client == NULL) {
        return NULL;
    }
    client->clock = options->clock;
    char *room = (char *)(client + 1) + options->success_count * sizeof(promlet_db_success);
    put_successes(client, options, &room);
    put_values(client, options, &port, &room);
    return client;
}

/* ---- metrics --------------------------------------------------------------------------------- */

/* In the order of the values that make_client() gave. */
static void name_labels(promlet_opts *metric, const promlet_db_client_opts *options)
{
    static const char *const mandatory[PML_DB_MANDATORY] = {
        "db_system_name", "db_namespace", "db_collection_name", "db_operation_name", "error_type"};
    memcpy(metric->labels, mandatory, sizeof mandatory);
    size_t at = PML_DB_MANDATORY;
    if (options->with_status_code) {
        metric->labels[at++] = "db_response_status_code";
    }
    if (options->server_address != NULL) {
        metric->labels[at++] = "server_address";
        metric->labels[at] = "server_port";
    }
}

static promlet_histogram_family *declare_durations(promlet_registry *registry,
                                                   const promlet_db_client_opts *options)
{
    promlet_opts metric = {.name = "db_client_operation_duration_seconds",
                           .help = "Duration of database client operations.",
                           .unit = "seconds",
                           .bounds = options->bounds,
                           .bound_count = options->bound_count,
                           .max_series = options->max_series,
                           .idle_seconds = options->idle_seconds,
                           .native_factor = options->native_factor,
                           .exemplars = options->exemplars};
    name_labels(&metric, options);
    return promlet_histogram_family_new(registry, &metric);
}

/* ---- life ------------------------------------------------------------------------------------ */

static promlet_db_client *refuse(promlet_registry *registry, promlet_status status, const char *why)
{
    char sentence[256];
    (void)snprintf(sentence, sizeof sentence, "a database client: %s", why);
    (void)promlet_registry_report(registry, status, sentence);
    return &failed;
}

promlet_db_client *promlet_db_client_new_sized(promlet_registry *registry,
                                               const promlet_db_client_opts *options,
                                               size_t options_size)
{
    promlet_db_client_opts read;
    const char *fault = read_options(options, options_size, &read);
    if (fault != NULL) {
        return refuse(registry, PROMLET_ERROR_ARGUMENT, fault);
    }
    promlet_db_client *client = make_client(&read);
    if (client == NULL) {
        return refuse(registry, PROMLET_ERROR_MEMORY, promlet_status_text(PROMLET_ERROR_MEMORY));
    }
    client->registry = registry;
    client->durations = declare_durations(registry, &read);
    return client;
}

void promlet_db_client_free(promlet_db_client *client)
{
    if (client != &failed) {
        free(client);
    }
}
