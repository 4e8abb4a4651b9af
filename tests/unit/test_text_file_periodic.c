/* SPDX-License-Identifier: Apache-2.0 */
/* A text file that a thread writes every so often: what it tells about itself, its first and its
   last writing, failures, and forked children. */
#include "support/hang.h"
#include "support/heard_log.h"
#include "support/sanitizers.h"
#include "support/text_files.h"

static promlet_periodic *start(promlet_registry *registry, double seconds)
{
    promlet_periodic *periodic = NULL;
    promlet_text_file_opts options = {
        .registry = registry, .path = path, .interval_seconds = seconds};
    assert_int_equal(promlet_text_file_start(&options, &periodic), PROMLET_OK);
    return periodic;
}

/* A sample of the file's own. */
static double own_value(const char *text, const char *name)
{
    char sample[sizeof path + 100];
    (void)snprintf(sample, sizeof sample, "promlet_text_file_%s{path=\"%s\"}", name, path);
    return sample_value(text, sample);
}

/* ---- writings -------------------------------------------------------------------------------- */

static void first_writing_is_at_once_and_the_last_at_the_stop(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    promlet_periodic *periodic = start(registry, AN_HOUR);
    wait_for_rounds(periodic, 1);
    char *text = read_file(path);
    assert_non_null(text);
    assert_true(sample_value(text, "g") == 0);
    free(text);
    promlet_gauge_set(gauge, 5);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    text = read_file(path);
    assert_true(sample_value(text, "g") == 5);
    free(text);
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

static void file_tells_of_the_writings_before(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    promlet_periodic *periodic = start(registry, AN_HOUR);
    wait_for_rounds(periodic, 1);
    char *text = read_file(path);
    assert_true(own_value(text, "duration_seconds_count") == 0);
    assert_non_null(strstr(text, "promlet_text_file_failures_total{"));
    assert_null(strstr(text, "promlet_text_file_last_success"));
    double size = (double)strlen(text);
    free(text);
    (void)promlet_periodic_stop(periodic);
    text = read_file(path);
    assert_true(own_value(text, "duration_seconds_count") == 1);
    assert_true(own_value(text, "duration_seconds_sum") > 0);
    assert_true(own_value(text, "last_success_timestamp_seconds") > 1e9);
    assert_true(own_value(text, "size_bytes") == size);
    assert_true(sample_value(text, "g") == 1);
    keep_document("text_file", text, NULL);
    free(text);
    /* Nowhere else. */
    text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "promlet_text_file"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void file_tells_nothing_of_itself_if_that_is_hidden(void **state)
{
    promlet_periodic *periodic = NULL;
    (void)state;
    promlet_registry *registry = registry_of(1);
    promlet_text_file_opts options = {.registry = registry, .path = path, .hide_own_metrics = true};
    assert_int_equal(promlet_text_file_start(&options, &periodic), PROMLET_OK);
    (void)promlet_periodic_stop(periodic);
    expect_file(path, DOCUMENT_OF("1"));
    promlet_registry_free(registry);
}

static void relative_path_stays_where_it_was_meant(void **state)
{
    promlet_periodic *periodic = NULL;
    (void)state;
    promlet_registry *registry = registry_of(1);
    int before = open(".", O_RDONLY | O_CLOEXEC);
    assert_int_equal(chdir(folder), 0);
    promlet_text_file_opts options = {.registry = registry, .path = "x.prom"};
    assert_int_equal(promlet_text_file_start(&options, &periodic), PROMLET_OK);
    wait_for_rounds(periodic, 1);
    assert_int_equal(fchdir(before), 0);
    (void)close(before);
    assert_int_equal(unlink(path), 0);
    (void)promlet_periodic_stop(periodic);
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

static void failure_is_counted_told_once_and_made_up_for(void **state)
{
    struct heard_log heard;
    char elsewhere[sizeof folder + 10];
    (void)state;
    promlet_registry *registry = registry_of(1);
    start_to_hear(&heard);
    (void)snprintf(elsewhere, sizeof elsewhere, "%s.away", folder);
    assert_int_equal(rename(folder, elsewhere), 0);
    promlet_periodic *periodic = start(registry, 0.001);
    wait_for_rounds(periodic, 3);
    assert_true(promlet_periodic_failures(periodic) >= 3);
    assert_true(promlet_periodic_last_success_seconds(periodic) == 0);
    assert_int_equal(rename(elsewhere, folder), 0);
    wait_for_rounds(periodic, promlet_periodic_rounds(periodic) + 2);
    assert_true(promlet_periodic_last_success_seconds(periodic) > 0);
    (void)promlet_periodic_stop(periodic);
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.last, "promlet file: a round has failed: "));
    assert_non_null(strstr(heard.last, "opening its folder: No such file or directory"));
    char *text = read_file(path);
    assert_true(own_value(text, "failures_total") >= 3);
    free(text);
    promlet_registry_free(registry);
}

static void start_with_wrong_options_is_refused(void **state)
{
    promlet_periodic *periodic = (promlet_periodic *)&state;
    (void)state;
    assert_int_equal(promlet_text_file_start(&(promlet_text_file_opts){.path = "x"}, &periodic),
                     PROMLET_ERROR_ARGUMENT);
    assert_null(periodic);
    assert_int_equal(
        promlet_text_file_start(
            &(promlet_text_file_opts){.path = "/x.prom", .interval_seconds = -1}, &periodic),
        PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "interval_seconds: must be a millisecond or more");
    assert_null(periodic);
}

/* ---- forked children ------------------------------------------------------------------------- */

static int stop_in_child(promlet_periodic *periodic, promlet_registry *registry)
{
    (void)registry;
    return unlink(path) == 0 && promlet_periodic_stop(periodic) == PROMLET_OK &&
                   access(path, F_OK) != 0
               ? 0
               : 1;
}

static void child_writes_nothing_for_its_parent(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    promlet_periodic *periodic = start(registry, AN_HOUR);
    wait_for_rounds(periodic, 1);
    run_in_child(stop_in_child, periodic, registry);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

static int write_in_child(promlet_periodic *periodic, promlet_registry *registry)
{
    promlet_text_file_opts options = {.registry = registry, .path = path};
    return promlet_periodic_stop(periodic) == PROMLET_OK &&
                   promlet_text_file_write(&options) == PROMLET_OK
               ? 0
               : 1;
}

static void child_may_write_its_own(void **state)
{
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    promlet_registry *registry = large_registry_of(1);
    promlet_periodic *periodic = start(registry, 0.001);
    run_in_children(write_in_child, periodic, registry);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(first_writing_is_at_once_and_the_last_at_the_stop),
        IN_FOLDER(file_tells_of_the_writings_before),
        IN_FOLDER(file_tells_nothing_of_itself_if_that_is_hidden),
        IN_FOLDER(relative_path_stays_where_it_was_meant),
        IN_FOLDER(failure_is_counted_told_once_and_made_up_for),
        cmocka_unit_test(start_with_wrong_options_is_refused),
        IN_FOLDER(child_writes_nothing_for_its_parent),
        IN_FOLDER(child_may_write_its_own),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
