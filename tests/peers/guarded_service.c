/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service with TLS and authentication that other programs try to read (tests/peers/tls_clients).
 * It says its port, reads the certificates again for each line "reload" that it is sent, and says
 * what came of it; it ends with its input.
 *
 *     guarded_service certificate_path=FILE [key_path=FILE] [client_ca_path=FILE] [username=NAME]
 *         [password=WORD] [bearer_token=WORD]
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

PROMLET_STATIC_COUNTER(jobs, "jobs_total", "Jobs done.");

static void fail(const char *why)
{
    (void)fprintf(stderr, "guarded_service: %s\n", why);
    exit(EXIT_FAILURE);
}

static void set_option(promlet_server_opts *options, const char *argument)
{
    const struct {
        const char *name;
        const char **value;
    } known[] = {
        {"certificate_path=", &options->certificate_path},
        {"key_path=", &options->key_path},
        {"client_ca_path=", &options->client_ca_path},
        {"username=", &options->username},
        {"password=", &options->password},
        {"bearer_token=", &options->bearer_token},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t size = strlen(known[i].name);
        if (strncmp(argument, known[i].name, size) == 0) {
            *known[i].value = argument + size;
            return;
        }
    }
    fail("wrong arguments");
}

static void show_warning(const char *message, void *ctx)
{
    (void)ctx;
    (void)fprintf(stderr, "warning: %s\n", message);
}

int main(int argument_count, char **arguments)
{
    promlet_server_opts options = {.port = 0};
    for (int i = 1; i < argument_count; i++) {
        set_option(&options, arguments[i]);
    }
    promlet_set_log_callback(show_warning, NULL);
    promlet_counter_add_u64(jobs, 7);
    promlet_server *server = NULL;
    if (promlet_server_start(&options, &server) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    (void)printf("%d\n", promlet_server_port(server));
    (void)fflush(stdout);
    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        bool is_reloaded = promlet_server_reload_tls(server) == PROMLET_OK;
        (void)printf("%s\n", is_reloaded ? "reloaded" : promlet_last_error());
        (void)fflush(stdout);
    }
    promlet_server_stop(server);
    return EXIT_SUCCESS;
}
