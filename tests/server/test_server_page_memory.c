/* SPDX-License-Identifier: Apache-2.0 */
/* A server whose page finds no memory does not start. What leaks is for the leak sanitizer to say.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/allocations.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* More than a start makes. */
#define MOST_ALLOCATIONS 300

static void start_without_memory_fails_with_a_sentence(void **state)
{
    (void)state;
    int failures = 0;
    for (long n = 1; n < MOST_ALLOCATIONS; n++) {
        promlet_server *server = NULL;
        allocations_refuse(n, false);
        promlet_status status = promlet_server_start(&(promlet_server_opts){.port = 0}, &server);
        allocations_refuse(0, false);
        if (status != PROMLET_OK) {
            failures++;
            assert_int_equal(status, PROMLET_ERROR_MEMORY);
            assert_null(server);
            assert_true(promlet_last_error()[0] != '\0');
        }
        promlet_server_stop(server);
    }
    assert_true(failures >= 2); /* at least the server and its page */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_without_memory_fails_with_a_sentence),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
