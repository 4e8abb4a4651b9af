/* SPDX-License-Identifier: Apache-2.0 */
/* Pushes without memory: each allocation of promlet's own is refused, once and from there on. The
   push is made or says so, and nothing is left behind; no secret either in what is given back. */
#include "support/wiped.h"

#include "push/stand_in.h"

#include <curl/curl.h>

#define MOST_FAULT_POINTS 10000

static stand_in gateway;
static promlet_registry *registry;

static void say_ok(int fd, const char *ctx)
{
    (void)ctx;
    stand_in_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

static promlet_push_opts options(void)
{
    return (promlet_push_opts){.registry = registry,
                               .url = gateway.url,
                               .job = "j",
                               .instance = "i",
                               .grouping = {{"a", "b c"}},
                               .connect_seconds = 60,
                               .push_seconds = 60};
}

static promlet_status push(void)
{
    promlet_push_opts given = options();
    return promlet_push(&given);
}

static promlet_status push_protobuf(void)
{
    promlet_push_opts given = options();
    given.format = PROMLET_FORMAT_PROTOBUF;
    return promlet_push_add(&given);
}

static promlet_status push_delete(void)
{
    promlet_push_opts given = options();
    return promlet_push_delete(&given);
}

static promlet_status push_by_proxy(void)
{
    char proxy[100];
    promlet_push_opts given = options();
    (void)snprintf(proxy, sizeof proxy, "http://me:secret@%.60s", gateway.url + strlen("http://"));
    given.proxy = proxy;
    return promlet_push(&given);
}

static promlet_status push_job(void)
{
    promlet_push_opts given = options();
    return promlet_push_job(&given, promlet_timer_start(), true);
}

/* What the thread is refused is told by its rounds; here it is about what starts it. */
static promlet_status push_start(void)
{
    promlet_push_opts given = options();
    promlet_periodic *periodic = NULL;
    given.interval_seconds = 1e6;
    promlet_status status = promlet_push_start(&given, &periodic);
    while (status == PROMLET_OK && promlet_periodic_rounds(periodic) == 0) {
        (void)poll(NULL, 0, 1);
    }
    (void)promlet_periodic_stop(periodic);
    return status;
}

/* With the n-th allocation refused; returns whether all was well. */
static bool survives(promlet_status (*call)(void), long n, bool on)
{
    long before = atomic_load(&allocations_alive);
    int requests = stand_in_requests(&gateway);
    allocations_refuse(n, on);
    promlet_status status = call();
    allocations_refuse(0, false);
    assert_int_equal(atomic_load(&allocations_alive), before);
    if (status == PROMLET_OK) {
        return true;
    }
    assert_int_equal(status, PROMLET_ERROR_MEMORY);
    assert_string_equal(promlet_last_error(), "out of memory");
    assert_int_equal(stand_in_requests(&gateway), requests);
    return false;
}

static void refuse_each(promlet_status (*call)(void))
{
    assert_int_equal(call(), PROMLET_OK); /* makes what lasts */
    for (int on = 0; on < 2; on++) {
        long n = 1;
        while (!survives(call, n, on == 1)) {
            assert_true(++n < MOST_FAULT_POINTS);
        }
        assert_true(n > 1);
    }
}

static void push_without_memory_says_so(void **state)
{
    (void)state;
    refuse_each(push);
    refuse_each(push_protobuf);
    refuse_each(push_delete);
    refuse_each(push_by_proxy);
}

static void job_without_memory_says_so(void **state)
{
    (void)state;
    refuse_each(push_job);
}

static void start_without_memory_says_so(void **state)
{
    (void)state;
    refuse_each(push_start);
}

/* ---- Secrets --------------------------------------------------------------------------------- */

/* What libcurl leaves behind is its own. It would be found in blocks that promlet has afterwards,
   so libcurl's memory is from here, and is wiped. */
static void curls_free(void *memory)
{
    if (memory != NULL) {
        explicit_bzero(memory, malloc_usable_size(memory));
        __real_free(memory);
    }
}

static void *curls_realloc(void *memory, size_t size)
{
    void *moved = __real_malloc(size);
    if (moved != NULL && memory != NULL) {
        size_t old_size = malloc_usable_size(memory);
        memcpy(moved, memory, old_size < size ? old_size : size);
        curls_free(memory);
    }
    return moved;
}

static void wipe_what_is_curls(void)
{
    assert_int_equal(curl_global_init_mem(CURL_GLOBAL_DEFAULT, __real_malloc, curls_free,
                                          curls_realloc, strdup, __real_calloc),
                     CURLE_OK);
}

#define PASSWORD "open sesame"
#define TOKEN "a-t0ken-that-is-nowhere-else"
#define PROXY_PASSWORD "of-the-proxy"
#define URL_PASSWORD "where-none-may-be"

static const char *const secrets[] = {PASSWORD, TOKEN, PROXY_PASSWORD, URL_PASSWORD, NULL};

static void push_leaves_no_secret(void **state)
{
    (void)state;
    promlet_push_opts with_password = options();
    with_password.username = "Aladdin";
    with_password.password = PASSWORD;
    promlet_push_opts with_token = options();
    with_token.bearer_token = TOKEN;
    promlet_push_opts with_proxy = options();
    char proxy[100];
    (void)snprintf(proxy, sizeof proxy, "http://me:" PROXY_PASSWORD "@%.60s",
                   gateway.url + strlen("http://"));
    with_proxy.proxy = proxy;
    begin_to_look(secrets);
    assert_int_equal(promlet_push(&with_password), PROMLET_OK);
    assert_int_equal(promlet_push_add(&with_token), PROMLET_OK);
    assert_int_equal(promlet_push_delete(&with_proxy), PROMLET_OK);
    end_to_look();
    assert_int_equal(secrets_given_back(), 0);
    assert_true(has_looked());
}

static void pushing_that_ends_or_does_not_start_leaves_no_secret(void **state)
{
    (void)state;
    promlet_periodic *periodic = NULL;
    promlet_push_opts given = options();
    given.bearer_token = TOKEN;
    given.interval_seconds = 1e6;
    begin_to_look(secrets);
    assert_int_equal(promlet_push_start(&given, &periodic), PROMLET_OK);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    given.interval_seconds = -1;
    assert_int_equal(promlet_push_start(&given, &periodic), PROMLET_ERROR_ARGUMENT);
    end_to_look();
    assert_int_equal(secrets_given_back(), 0);
    assert_true(has_looked());
}

static void expect_refused(const promlet_push_opts *given)
{
    assert_int_equal(promlet_push(given), PROMLET_ERROR_ARGUMENT);
    assert_null(strstr(promlet_last_error(), URL_PASSWORD));
}

static void url_that_is_refused_leaves_no_secret(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "http://me:" URL_PASSWORD "@localhost:9091", "me:" URL_PASSWORD "@localhost:9091",
        "http://localhost:9091/?token=" URL_PASSWORD, "http://me:" URL_PASSWORD "@local host"};
    static const char *const proxies[COUNT_OF(urls)] = {
        "http://me:p@ss/" URL_PASSWORD "@localhost:9091", "me:1/" URL_PASSWORD "@localhost:9091",
        "http://" URL_PASSWORD ":%00@localhost:9091", "http://me:" URL_PASSWORD "@local host"};
    begin_to_look(secrets);
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        promlet_push_opts given = options();
        given.url = urls[i];
        expect_refused(&given);
        given = options();
        given.proxy = proxies[i];
        expect_refused(&given);
    }
    end_to_look();
    assert_int_equal(secrets_given_back(), 0);
    assert_true(has_looked());
}

static void secret_that_is_left_is_noticed(void **state)
{
    (void)state;
    begin_to_look(secrets);
    char *left = strdup(TOKEN);
    __asm__ volatile("" : : "r"(left) : "memory"); /* It is written, though nobody reads it. */
    free(left);
    end_to_look();
    assert_int_equal(secrets_given_back(), runs_under_valgrind() ? 0 : 1);
}

static int begin(void **state)
{
    (void)state;
    wipe_what_is_curls();
    registry = promlet_registry_new();
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total"}));
    gateway = (stand_in){.answer = say_ok};
    stand_in_start(&gateway);
    return registry == NULL;
}

static int end(void **state)
{
    (void)state;
    stand_in_stop(&gateway);
    promlet_registry_free(registry);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(push_without_memory_says_so),
        cmocka_unit_test(job_without_memory_says_so),
        cmocka_unit_test(start_without_memory_says_so),
        cmocka_unit_test(push_leaves_no_secret),
        cmocka_unit_test(pushing_that_ends_or_does_not_start_leaves_no_secret),
        cmocka_unit_test(url_that_is_refused_leaves_no_secret),
        cmocka_unit_test(secret_that_is_left_is_noticed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
