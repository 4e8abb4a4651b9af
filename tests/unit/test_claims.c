/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the names that a registry claims over all formats: two metrics live side by side exactly
 * when no format would show the same name for both. What each format shows is written out here
 * anew, so that a kind which forgets a name is found.
 */
#include "support/expect.h"

/* Declares a metric without labels; the address tells metrics apart. */
typedef const void *(*declare_fn)(promlet_registry *registry, const char *name);

static const void *new_counter(promlet_registry *registry, const char *name)
{
    return promlet_counter_new(registry, &(promlet_opts){.name = name, .help = "Counter."});
}

static const void *new_gauge(promlet_registry *registry, const char *name)
{
    return promlet_gauge_new(registry, &(promlet_opts){.name = name, .help = "Gauge."});
}

static const void *new_histogram(promlet_registry *registry, const char *name)
{
    return promlet_histogram_new(registry, &(promlet_opts){.name = name, .help = "Histogram."});
}

static const void *new_summary(promlet_registry *registry, const char *name)
{
    return promlet_summary_new(registry, &(promlet_opts){.name = name, .help = "Summary."});
}

static const void *new_info(promlet_registry *registry, const char *name)
{
    return promlet_info_new(registry, &(promlet_opts){.name = name, .help = "Info."});
}

static const void *new_state_set(promlet_registry *registry, const char *name)
{
    return promlet_state_set_new(
        registry, &(promlet_opts){.name = name, .help = "States.", PROMLET_STATES("on")});
}

static const void *new_unknown(promlet_registry *registry, const char *name)
{
    return promlet_unknown_new(registry, &(promlet_opts){.name = name, .help = "Unknown."});
}

/* The names of families and of samples that a kind shows in some format: text 0.0.4, OpenMetrics
   1.0 and 2.0, protobuf. An empty suffix is the family itself; NULL ends them. */
struct kind {
    const char *type;
    declare_fn declare;
    const char *suffix; /* which a name must end in, and gets when it doesn't */
    const char *shown[6];
};

static const struct kind kinds[] = {
    {"counter", new_counter, "_total", {"", "_total", "_created"}},
    {"gauge", new_gauge, "", {""}},
    {"histogram", new_histogram, "", {"", "_bucket", "_count", "_sum", "_created"}},
    {"summary", new_summary, "", {"", "_count", "_sum", "_created"}},
    {"info", new_info, "_info", {"", "_info"}},
    {"stateset", new_state_set, "", {""}},
    {"unknown", new_unknown, "", {""}},
};

static const char *const endings[] = {"",        "_total",       "_created", "_bucket",
                                      "_count",  "_sum",         "_info",    "_gsum",
                                      "_gcount", "_total_total", "_seconds"};

#define NAME_SIZE 64

/* The name without the suffix of its kind. */
static void take_stem(const struct kind *kind, const char *name, char stem[NAME_SIZE])
{
    size_t size = strlen(name);
    size_t suffix_size = strlen(kind->suffix);
    if (size > suffix_size && strcmp(name + size - suffix_size, kind->suffix) == 0) {
        size -= suffix_size;
    }
    (void)snprintf(stem, NAME_SIZE, "%.*s", (int)size, name);
}

static bool shows(const struct kind *kind, const char *name, const char *shown_name)
{
    char stem[NAME_SIZE];
    take_stem(kind, name, stem);
    for (size_t i = 0; kind->shown[i] != NULL; i++) {
        char shown[2 * NAME_SIZE];
        (void)snprintf(shown, sizeof shown, "%s%s", stem, kind->shown[i]);
        if (strcmp(shown, shown_name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether some format shows a name for both. */
static bool share_a_name(const struct kind *kind, const char *name, const struct kind *other,
                         const char *other_name)
{
    char stem[NAME_SIZE];
    take_stem(other, other_name, stem);
    for (size_t i = 0; other->shown[i] != NULL; i++) {
        char shown[2 * NAME_SIZE];
        (void)snprintf(shown, sizeof shown, "%s%s", stem, other->shown[i]);
        if (shows(kind, name, shown)) {
            return true;
        }
    }
    return false;
}

static bool is_same_metric(const struct kind *kind, const char *name, const struct kind *other,
                           const char *other_name)
{
    char stem[NAME_SIZE];
    char other_stem[NAME_SIZE];
    take_stem(kind, name, stem);
    take_stem(other, other_name, other_stem);
    return kind == other && strcmp(stem, other_stem) == 0;
}

/* Declares one and then the other in a new registry, and compares with what must come of it. */
static void expect_pair(const struct kind *kind, const char *name, const struct kind *other,
                        const char *other_name)
{
    promlet_registry *registry = new_registry();
    const void *first = kind->declare(registry, name);
    const void *second = other->declare(registry, other_name);
    bool is_same = is_same_metric(kind, name, other, other_name);
    bool is_refused = !is_same && share_a_name(kind, name, other, other_name);
    const char *why = NULL;
    promlet_status status = promlet_registry_status(registry, &why);
    if (status != (is_refused ? PROMLET_ERROR_CONFLICT : PROMLET_OK) ||
        (first == second) != is_same) {
        fail_msg("%s %s, then %s %s: %s", kind->type, name, other->type, other_name, why);
    }
    if (is_refused) {
        if (strstr(why, kind->type) == NULL || strstr(why, other->type) == NULL) {
            fail_msg("%s and %s: %s", kind->type, other->type, why);
        }
    }
    promlet_registry_free(registry);
}

static void claims_of_all_pairs_of_kinds_are_what_formats_show(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        for (size_t j = 0; j < COUNT_OF(kinds); j++) {
            for (size_t k = 0; k < COUNT_OF(endings); k++) {
                char name[NAME_SIZE];
                (void)snprintf(name, sizeof name, "foo%s", endings[k]);
                expect_pair(&kinds[i], "foo", &kinds[j], name);
                expect_pair(&kinds[j], name, &kinds[i], "foo");
            }
        }
    }
}

/* Another client shows both as one family in OpenMetrics. */
static void counters_dup_and_dup_total_are_one_metric(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *dup = promlet_counter_new(registry, &(promlet_opts){.name = "dup"});
    promlet_counter *total = promlet_counter_new(registry, &(promlet_opts){.name = "dup_total"});
    assert_ptr_equal(dup, total);
    promlet_counter_inc(dup);
    promlet_counter_inc(total);
    expect_metrics(registry, "claims_dup", "dup_total no help text",
                   "# TYPE dup_total counter\n"
                   "dup_total 2\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

/* A refused metric leaves no name behind. */
static void claims_of_a_refused_metric_stay_free(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    new_gauge(registry, "foo_sum");
    new_histogram(registry, "foo");
    const char *why = NULL;
    assert_int_equal(promlet_registry_status(registry, &why), PROMLET_ERROR_CONFLICT);
    promlet_gauge *bucket = promlet_gauge_new(registry, &(promlet_opts){.name = "foo_bucket"});
    promlet_gauge *foo = promlet_gauge_new(registry, &(promlet_opts){.name = "foo"});
    promlet_gauge_set(bucket, 1);
    promlet_gauge_set(foo, 2);
    assert_true(scraped_value(registry, "foo_bucket") > 0 && scraped_value(registry, "foo") > 1);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_of_all_pairs_of_kinds_are_what_formats_show),
        cmocka_unit_test(counters_dup_and_dup_total_are_one_metric),
        cmocka_unit_test(claims_of_a_refused_metric_stay_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
