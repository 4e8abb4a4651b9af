/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are answered together: what they share, and what becomes of them when that can't be
   made. */
#include "http/batch.h"
#include "http/response.h"

#include <promlet/promlet.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/responses.h"

#define MOST_JOBS 16

#define OPENMETRICS "application/openmetrics-text"

static promlet_registry *registry;
static promlet_counter *scrapes; /* counts how often the callback below is called */
static pml_http_source source;
static pml_http_job jobs[MOST_JOBS];
static pml_http_request *requests[MOST_JOBS];
static size_t job_count;

/* A value that is another one for each snapshot. */
static double count_snapshot(void *ctx)
{
    (void)ctx;
    promlet_counter_inc(scrapes);
    return promlet_counter_value(scrapes);
}

static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    scrapes = promlet_counter_new(registry, &(promlet_opts){.name = "b_total"});
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a"}, count_snapshot, NULL);
    source = (pml_http_source){.registries = &registry, .registry_count = 1};
    job_count = 0;
    memset(jobs, 0, sizeof jobs);
    return registry == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < job_count; i++) {
        pml_http_response_release(jobs[i].response);
        pml_http_request_free(requests[i]);
    }
    promlet_registry_free(registry);
    return 0;
}

static void add_job(const promlet_http_request *given)
{
    promlet_http_response *refusal = NULL;
    requests[job_count] = pml_http_request_new(given, &refusal);
    assert_non_null(requests[job_count]);
    jobs[job_count].request = requests[job_count];
    if (job_count > 0) {
        jobs[job_count - 1].next = &jobs[job_count];
    }
    job_count++;
}

#define ADD_JOB(...) add_job(&(promlet_http_request){__VA_ARGS__})

static void add_series(int count)
{
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "many_total", .labels = {"n"}, .max_series = 100000});
    for (int i = 0; i < count; i++) {
        char n[16];
        (void)snprintf(n, sizeof n, "%d", i);
        (void)promlet_counter_with(family, n);
    }
}

static void all_jobs_get_what_they_want(void **state)
{
    (void)state;
    ADD_JOB(.query = NULL);
    ADD_JOB(.query = "name[]=b_total");
    ADD_JOB(.accept = OPENMETRICS);
    ADD_JOB(.query = "name[]=b_total", .accept = OPENMETRICS);
    ADD_JOB(.query = "name[]=none");
    pml_http_answer(&source, jobs);
    assert_body(jobs[0].response, "# TYPE a gauge\na 1\n# TYPE b_total counter\nb_total 1\n");
    assert_body(jobs[1].response, "# TYPE b_total counter\nb_total 1\n");
    assert_body(jobs[2].response, "# TYPE a gauge\na 1.0\n# TYPE b counter\nb_total 1\n# EOF\n");
    assert_body(jobs[3].response, "# TYPE b counter\nb_total 1\n# EOF\n");
    assert_body(jobs[4].response, "");
    for (size_t i = 0; i < job_count; i++) {
        assert_int_equal(jobs[i].response->status, 200);
    }
}

static void test_fault_F16_equal_jobs_share_one_response(void **state)
{
    (void)state;
    ADD_JOB(.query = NULL);
    ADD_JOB(.accept = OPENMETRICS);
    ADD_JOB(.query = "x=1", .accept = "text/plain");
    ADD_JOB(.query = "name[]=a&name[]=b_total", .accept = OPENMETRICS);
    ADD_JOB(.accept = OPENMETRICS, .method = "HEAD");
    ADD_JOB(.query = "y&name%5b]=a&name[]=b%5Ftotal", .accept = OPENMETRICS ";q=0.5");
    pml_http_answer(&source, jobs);
    assert_ptr_equal(jobs[2].response, jobs[0].response);
    assert_ptr_equal(jobs[4].response, jobs[1].response);
    assert_ptr_equal(jobs[5].response, jobs[3].response);
    assert_ptr_not_equal(jobs[1].response, jobs[0].response);
    assert_ptr_not_equal(jobs[3].response, jobs[1].response);
    assert_int_equal(promlet_counter_value(scrapes), 2); /* one with a filter, one without */
}

/* One snapshot, and a response for each of these. */
static void each_form_is_a_response_of_its_own(void **state)
{
    static const promlet_http_request forms[] = {
        {.accept = "text/plain;version=1.0.0"},
        {.accept = "text/plain;version=1.0.0;escaping=dots"},
        {.accept = "text/plain;version=0.0.4"},
        {.accept = "text/plain;version=0.0.4", .accept_encoding = "gzip"},
        {.accept = OPENMETRICS},
        {.accept = OPENMETRICS, .with_created = true},
    };
    size_t count = sizeof forms / sizeof forms[0];
    (void)state;
    add_series(100);
    for (size_t i = 0; i < count; i++) {
        add_job(&forms[i]);
    }
    pml_http_answer(&source, jobs);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_ptr_not_equal(jobs[i].response, jobs[k].response);
        }
    }
    assert_int_equal(promlet_counter_value(scrapes), 1);
}

static void several_registries_are_merged(void **state)
{
    (void)state;
    promlet_registry *own = promlet_registry_new();
    promlet_gauge_new(own, &(promlet_opts){.name = "aa"});
    promlet_gauge_new(own, &(promlet_opts){.name = "c"});
    promlet_registry *both[] = {registry, own};
    source = (pml_http_source){.registries = both, .registry_count = 2};
    ADD_JOB(.query = NULL);
    ADD_JOB(.query = "name[]=c&name[]=b_total");
    pml_http_answer(&source, jobs);
    assert_body(jobs[0].response, "# TYPE a gauge\na 1\n# TYPE aa gauge\naa 0\n"
                                  "# TYPE b_total counter\nb_total 1\n# TYPE c gauge\nc 0\n");
    assert_body(jobs[1].response, "# TYPE b_total counter\nb_total 1\n# TYPE c gauge\nc 0\n");
    promlet_registry_free(own);
}

/* ---- limits ---------------------------------------------------------------------------------- */

/* There is a stop after so many questions. */
static int questions_left;

static bool stops_after_questions(void *ctx)
{
    (void)ctx;
    questions_left -= questions_left > 0;
    return questions_left == 0;
}

static void stop_ends_all_jobs(void **state)
{
    (void)state;
    add_series(10000);
    ADD_JOB(.query = NULL);
    ADD_JOB(.query = "name[]=a");
    ADD_JOB(.accept = OPENMETRICS);
    ADD_JOB(.accept_encoding = "gzip");
    source.limits.is_stopped = stops_after_questions;
    questions_left = 3;
    pml_http_answer(&source, jobs);
    for (size_t i = 0; i < job_count; i++) {
        assert_int_equal(jobs[i].response->status, 503);
        assert_body(jobs[i].response, "The service is stopping.\n");
        assert_header(jobs[i].response, "Retry-After", "1");
    }
    assert_int_equal(promlet_counter_value(scrapes), 1); /* none is taken once it is stopped */
}

static void test_fault_F16_what_is_over_the_budget_is_refused(void **state)
{
    static pml_http_budget budget; /* outlives the responses, also when the test fails */
    (void)state;
    add_series(10000);
    pml_http_budget_start(&budget, 3 * PML_HTTP_PIECE_BYTES / 2);
    source.limits.budget = &budget;
    ADD_JOB(.query = "name[]=a"); /* It holds what it has while the others are made. */
    ADD_JOB(.query = NULL);
    ADD_JOB(.query = NULL, .accept = OPENMETRICS);
    pml_http_answer(&source, jobs);
    assert_int_equal(jobs[1].response->status, 503);
    assert_body(jobs[1].response, "Too much is being sent.\n");
    assert_header(jobs[1].response, "Retry-After", "1");
    assert_int_equal(jobs[2].response->status, 503);
    assert_int_equal(jobs[0].response->status, 200);
    assert_int_equal(budget.used, jobs[0].response->size);
    pml_http_response_release(jobs[0].response);
    jobs[0].response = NULL;
    assert_int_equal(budget.used, 0);
    pml_http_budget_end(&budget);
}

/* ---- threads --------------------------------------------------------------------------------- */

#define THREADS 8

static void *read_and_release(void *argument)
{
    promlet_http_response *response = argument;
    size_t size = 0;
    unsigned int sum = 0;
    for (size_t i = 0; i < response->piece_count; i++) {
        const char *bytes = response->pieces[i].data;
        size += response->pieces[i].size;
        sum += (unsigned char)bytes[response->pieces[i].size - 1];
    }
    bool is_whole = size == response->size && sum > 0;
    pml_http_response_release(response);
    return is_whole ? NULL : "a piece is wrong";
}

static void response_is_released_by_many_threads(void **state)
{
    pthread_t threads[THREADS];
    (void)state;
    add_series(5000);
    for (int round = 0; round < 20; round++) {
        memset(jobs, 0, sizeof jobs);
        for (job_count = 0; job_count < THREADS;) {
            ADD_JOB(.query = NULL);
        }
        pml_http_answer(&source, jobs);
        for (int i = 0; i < THREADS; i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, read_and_release, jobs[i].response),
                             0);
            jobs[i].response = NULL;
        }
        for (int i = 0; i < THREADS; i++) {
            void *wrong = NULL;
            pthread_join(threads[i], &wrong);
            assert_null(wrong);
            pml_http_request_free(requests[i]);
        }
        job_count = 0;
    }
}

#define WITH_REGISTRY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(all_jobs_get_what_they_want),
        WITH_REGISTRY(test_fault_F16_equal_jobs_share_one_response),
        WITH_REGISTRY(each_form_is_a_response_of_its_own),
        WITH_REGISTRY(several_registries_are_merged),
        WITH_REGISTRY(stop_ends_all_jobs),
        WITH_REGISTRY(test_fault_F16_what_is_over_the_budget_is_refused),
        WITH_REGISTRY(response_is_released_by_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
