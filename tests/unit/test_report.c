/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/status.h and base/report.h: codes, sentences and warnings. */
#include "base/report.h"

#include "support/expect.h"
#include "support/heard_log.h"

#include <pthread.h>

static void status_text_of_each_code_is_its_own(void **state)
{
    (void)state;
    static const struct {
        promlet_status status;
        const char *text;
    } cases[] = {
        {PROMLET_OK, "ok"},
        {PROMLET_ERROR_ARGUMENT, "invalid argument"},
        {PROMLET_ERROR_NAME, "invalid name"},
        {PROMLET_ERROR_CONFLICT, "name already taken by another definition"},
        {PROMLET_ERROR_LABELS, "wrong label values"},
        {PROMLET_ERROR_BOUNDS, "invalid bucket bounds"},
        {PROMLET_ERROR_MEMORY, "out of memory"},
        {PROMLET_ERROR_BUFFER_SIZE, "buffer too small"},
        {PROMLET_ERROR_WRITER, "stopped by the writer"},
        {PROMLET_ERROR_ADDRESS, "no such address"},
        {PROMLET_ERROR_PORT_IN_USE, "port in use"},
        {PROMLET_ERROR_PERMISSION, "permission denied"},
        {PROMLET_ERROR_SYSTEM, "system call failed"},
        {PROMLET_ERROR_NOT_FOUND, "not found"},
        {PROMLET_ERROR_BUSY, "busy"},
        {PROMLET_ERROR_SYNTAX, "not in the format"},
        {PROMLET_ERROR_LIMIT, "beyond a limit"},
        {PROMLET_ERROR_UNREACHABLE, "not reachable"},
        {PROMLET_ERROR_TIMEOUT, "took too long"},
        {PROMLET_ERROR_REFUSED, "refused by the other side"},
    };
    assert_int_equal(COUNT_OF(cases), PROMLET_ERROR_REFUSED + 1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(cases[i].status, i);
        assert_string_equal(promlet_status_text(cases[i].status), cases[i].text);
    }
}

static void status_text_of_an_unknown_code_says_so(void **state)
{
    (void)state;
    assert_string_equal(promlet_status_text((promlet_status)(PROMLET_ERROR_REFUSED + 1)),
                        "unknown status");
    assert_string_equal(promlet_status_text((promlet_status)-1), "unknown status");
    assert_string_equal(promlet_status_text((promlet_status)1000000), "unknown status");
}

/* Keeps what a thread sees that met no error, and then meets one. */
static void *last_error_of_new_thread(void *argument)
{
    char *first = argument;
    (void)snprintf(first, PML_SENTENCE_SIZE, "%s", promlet_last_error());
    (void)promlet_set_last_error(PROMLET_ERROR_SYSTEM, "of the other thread");
    return NULL;
}

static void last_error_is_of_its_thread(void **state)
{
    (void)state;
    char first_of_other[PML_SENTENCE_SIZE] = "never looked";
    pthread_t other;
    (void)promlet_set_last_error(PROMLET_ERROR_NAME, "of this thread");
    assert_int_equal(pthread_create(&other, NULL, last_error_of_new_thread, first_of_other), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_string_equal(first_of_other, "");
    assert_string_equal(promlet_last_error(), "of this thread");
}

static void last_error_stays_after_success(void **state)
{
    (void)state;
    (void)promlet_set_last_error(PROMLET_ERROR_NAME, "the last one");
    promlet_registry *registry = new_registry();
    promlet_counter_new(registry, &(promlet_opts){.name = "fine_total"});
    assert_string_equal(promlet_last_error(), "the last one");
    promlet_registry_free(registry);
}

static void set_last_error_returns_the_code(void **state)
{
    (void)state;
    assert_int_equal(promlet_set_last_error(PROMLET_ERROR_WRITER, "x"), PROMLET_ERROR_WRITER);
    assert_int_equal(promlet_set_last_error(PROMLET_OK, "x"), PROMLET_OK);
}

static void set_last_error_null_is_the_text_of_the_code(void **state)
{
    (void)state;
    (void)promlet_set_last_error(PROMLET_ERROR_PERMISSION, NULL);
    assert_string_equal(promlet_last_error(), "permission denied");
}

static void set_last_error_per_cent_signs_are_kept(void **state)
{
    (void)state;
    (void)promlet_set_last_error(PROMLET_ERROR_NAME, "100%s %n");
    assert_string_equal(promlet_last_error(), "100%s %n");
}

static void set_last_error_to_itself_stays(void **state)
{
    (void)state;
    (void)promlet_set_last_error(PROMLET_ERROR_NAME, "the same");
    (void)promlet_set_last_error(PROMLET_ERROR_NAME, promlet_last_error());
    assert_string_equal(promlet_last_error(), "the same");
}

static void set_last_error_is_cut_after_255_bytes(void **state)
{
    (void)state;
    char sentence[301];
    memset(sentence, 'x', 300);
    sentence[300] = '\0';
    (void)promlet_set_last_error(PROMLET_ERROR_NAME, sentence);
    assert_int_equal(strlen(promlet_last_error()), 255);
    sentence[255] = '\0';
    assert_string_equal(promlet_last_error(), sentence);
}

static void log_callback_hears_message_and_context(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_log("something");
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "something");
}

static void log_callback_replaced_hears_no_more(void **state)
{
    (void)state;
    struct heard_log first;
    struct heard_log second;
    start_to_hear(&first);
    start_to_hear(&second);
    promlet_log("something");
    stop_to_hear();
    assert_int_equal(first.count, 0);
    assert_int_equal(second.count, 1);
}

static void log_without_callback_is_silent(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    stop_to_hear();
    promlet_log("something");
    assert_int_equal(heard.count, 0);
}

static void log_null_message_is_ignored(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_log(NULL);
    stop_to_hear();
    assert_int_equal(heard.count, 0);
}

static void log_hears_a_refused_definition(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "1st: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    promlet_registry_free(registry);
}

static void log_hears_every_refused_definition(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "2nd"});
    stop_to_hear();
    assert_int_equal(heard.count, 2);
    assert_string_equal(heard.last, "2nd: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    promlet_registry_free(registry);
}

static void log_hears_a_repaired_help_text(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_new(registry, &(promlet_opts){.name = "foo", .help = "bad \xff byte"});
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.last, "foo: "));
    assert_non_null(strstr(heard.last, "UTF-8"));
    promlet_registry_free(registry);
}

static void log_hears_a_repaired_label_value(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "foo", .labels = {"a"}});
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_gauge_with(family, "bad \xff byte");
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.last, "foo: "));
    assert_non_null(strstr(heard.last, "UTF-8"));
    promlet_registry_free(registry);
}

/* Does in a callback what a curious program may do. */
static void use_registry(const char *message, void *ctx)
{
    (void)message;
    promlet_registry *registry = ctx;
    promlet_free(promlet_registry_get_metrics(registry));
    (void)promlet_set_last_error(PROMLET_ERROR_SYSTEM, "from the callback");
    promlet_set_log_callback(NULL, NULL);
    promlet_counter_new(registry, &(promlet_opts){.name = "warnings_total"});
}

static void log_callback_may_use_the_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_set_log_callback(use_registry, registry);
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st"});
    stop_to_hear();
    expect_status(registry, PROMLET_ERROR_NAME,
                  "1st: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*");
    expect_metrics(registry, "report_log_callback", "warnings_total no help text\n",
                   "# TYPE warnings_total counter\n"
                   "warnings_total 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void free_of_the_last_error_leaves_it_alone(void **state)
{
    (void)state;
    (void)promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    promlet_free((char *)promlet_last_error());
    promlet_free(NULL);
    assert_string_equal(promlet_last_error(), "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_text_of_each_code_is_its_own),
        cmocka_unit_test(status_text_of_an_unknown_code_says_so),
        cmocka_unit_test(last_error_is_of_its_thread),
        cmocka_unit_test(last_error_stays_after_success),
        cmocka_unit_test(set_last_error_returns_the_code),
        cmocka_unit_test(set_last_error_null_is_the_text_of_the_code),
        cmocka_unit_test(set_last_error_per_cent_signs_are_kept),
        cmocka_unit_test(set_last_error_to_itself_stays),
        cmocka_unit_test(set_last_error_is_cut_after_255_bytes),
        cmocka_unit_test(log_callback_hears_message_and_context),
        cmocka_unit_test(log_callback_replaced_hears_no_more),
        cmocka_unit_test(log_without_callback_is_silent),
        cmocka_unit_test(log_null_message_is_ignored),
        cmocka_unit_test(log_hears_a_refused_definition),
        cmocka_unit_test(log_hears_every_refused_definition),
        cmocka_unit_test(log_hears_a_repaired_help_text),
        cmocka_unit_test(log_hears_a_repaired_label_value),
        cmocka_unit_test(log_callback_may_use_the_registry),
        cmocka_unit_test(free_of_the_last_error_leaves_it_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
