/* SPDX-License-Identifier: Apache-2.0 */
/* A job that pushes to a port where nobody listens, and hears so. EXPECTED_VERSION is the version
 * that the package says it has. */
#include "../expect.h"

#include <promlet/promlet.h>
#include <promlet/push.h>

#include <string.h>

int main(void)
{
    expect(strcmp(promlet_version(), EXPECTED_VERSION) == 0, "the package's version to be linked");
    promlet_status status =
        promlet_push_job(&(promlet_push_opts){.url = "http://127.0.0.1:1", .job = "job"},
                         promlet_timer_start(), true);
    expect(status == PROMLET_ERROR_UNREACHABLE, "the gateway not to be reached");
    expect(strstr(promlet_last_error(), "http://127.0.0.1:1/metrics/job/job: ") != NULL,
           "a sentence with the address");
    return failures == 0 ? 0 : 1;
}
