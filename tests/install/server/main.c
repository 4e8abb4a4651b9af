/* SPDX-License-Identifier: Apache-2.0 */
/* A program that uses the server: it starts and stops it on a port that the system picks, and finds
 * in the text what it recorded. EXPECTED_VERSION is the version that the package says it has. */
#include "../expect.h"

#include <promlet/promlet.h>
#include <promlet/server.h>

#include <string.h>

static void check_server(void)
{
    expect(promlet_start_metrics_server(0) == PROMLET_OK, "the server to start");
    expect(promlet_metrics_server_port() > 0, "a port");
    promlet_stop_metrics_server();
    expect(promlet_metrics_server_port() == 0, "no port after the stop");
}

static void check_text(void)
{
    promlet_gauge *level =
        promlet_gauge_new(NULL, &(promlet_opts){.name = "level", .help = "Level."});
    promlet_gauge_set(level, 7.5);
    char *text = promlet_get_metrics();
    expect(text != NULL && strstr(text, "\nlevel 7.5\n") != NULL, "the line of level");
    promlet_free(text);
}

int main(void)
{
    expect(strcmp(promlet_version(), EXPECTED_VERSION) == 0, "the package's version to be linked");
    check_server();
    check_text();
    return failures == 0 ? 0 : 1;
}
