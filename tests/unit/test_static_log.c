/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scrape can find a wrong file-scope definition and then warns of it. The log callback may call
 * any promlet function (status.h), so also one that scrapes.
 */
#include "support/expect.h"
#include "support/hang.h"

#include <unistd.h>

PROMLET_STATIC_COUNTER(wrong_name, "9lives_total", "Its name begins with a digit.");
PROMLET_STATIC_COUNTER(wrong_help, "wrong_help_total", "Not UTF-8: \xff");
PROMLET_STATIC_COUNTER(good, "good_total", "A metric that stays.");

/* A callback that waits for its own thread ends by SIGALRM, which is no way to pass. */
#define SECONDS_UNTIL_KILLED 20

static int scrapes;

static void scrape_in_callback(const char *message, void *ctx)
{
    (void)ctx;
    assert_non_null(message);
    char *text = promlet_get_metrics();
    assert_non_null(text);
    assert_non_null(strstr(text, "\ngood_total 1\n"));
    promlet_free(text);
    scrapes++;
}

static void log_callback_that_scrapes_during_scrape_returns(void **state)
{
    (void)state;
    promlet_counter_inc(good);
    promlet_set_log_callback(scrape_in_callback, NULL);
    end_hang_after(SECONDS_UNTIL_KILLED);
    char *text = promlet_get_metrics();
    end_hang_after(0);
    promlet_set_log_callback(NULL, NULL);
    assert_non_null(text);
    promlet_free(text);
    assert_int_equal(scrapes, 2);
    assert_int_equal(promlet_registry_status(NULL, NULL), PROMLET_ERROR_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_callback_that_scrapes_during_scrape_returns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
