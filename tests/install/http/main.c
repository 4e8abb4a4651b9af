/* SPDX-License-Identifier: Apache-2.0 */
/* A program that answers scrapes itself, here without a socket. EXPECTED_VERSION is the version
 * that the package says it has. */
#include "../expect.h"

#include <promlet/http.h>
#include <promlet/promlet.h>

#include <string.h>

static void check_get(void)
{
    static const char text[] = "# HELP level Level.\n# TYPE level gauge\nlevel 7.5\n";
    promlet_http_response *response =
        promlet_respond(NULL, &(promlet_http_request){.query = "name[]=level"});
    expect(response->status == 200, "status 200");
    expect(response->piece_count == 1 && response->size == sizeof text - 1 &&
               memcmp(response->pieces[0].data, text, sizeof text - 1) == 0,
           "the text of level");
    promlet_http_response_release(response);
}

static void check_post(void)
{
    promlet_http_response *response =
        promlet_respond(NULL, &(promlet_http_request){.method = "POST"});
    expect(response->status == 405, "status 405");
    promlet_http_response_release(response);
}

int main(void)
{
    expect(strcmp(promlet_version(), EXPECTED_VERSION) == 0, "the package's version to be linked");
    promlet_gauge *level =
        promlet_gauge_new(NULL, &(promlet_opts){.name = "level", .help = "Level."});
    promlet_gauge_set(level, 7.5);
    check_get();
    check_post();
    return failures == 0 ? 0 : 1;
}
