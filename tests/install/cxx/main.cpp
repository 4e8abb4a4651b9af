/* SPDX-License-Identifier: Apache-2.0 */
/* A program in C++11: options by assignment, label values counted by a template, a counter at file
 * scope, and the server. EXPECTED_VERSION is the version that the package says it has. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <cstdio>
#include <cstring>
#include <string>

PROMLET_STATIC_COUNTER(restarts, "restarts_total", "Restarts.");

static int failures = 0;

static void expect(bool holds, const std::string &what)
{
    if (!holds) {
        std::fprintf(stderr, "cxx: expected %s; last error: %s\n", what.c_str(),
                     promlet_last_error());
        failures++;
    }
}

static void record()
{
    promlet_opts options = promlet_opts();
    options.name = "requests_total";
    options.help = "Requests.";
    options.labels[0] = "method";
    options.labels[1] = "status";
    promlet_counter_family *requests = promlet_counter_family_new(nullptr, &options);
    promlet_counter_inc(promlet_counter_with(requests, "GET", "200"));
    promlet_counter_add(restarts, 2.5);
}

static void expect_line(const std::string &text, const std::string &line)
{
    expect(text.find("\n" + line + "\n") != std::string::npos, "the line " + line);
}

int main()
{
    expect(std::strcmp(promlet_version(), EXPECTED_VERSION) == 0, "the package's version");
    record();

    char *lent = promlet_get_metrics();
    const std::string text = lent == nullptr ? "" : lent;
    promlet_free(lent);
    expect_line(text, "requests_total{method=\"GET\",status=\"200\"} 1");
    expect_line(text, "restarts_total 2.5");

    expect(promlet_start_metrics_server(0) == PROMLET_OK, "the server to start");
    expect(promlet_metrics_server_port() > 0, "a port");
    promlet_stop_metrics_server();
    return failures == 0 ? 0 : 1;
}
