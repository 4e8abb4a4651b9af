/* SPDX-License-Identifier: Apache-2.0 */
/* Names in quotes are read back by a reader of the tests' own, since Debian's tools don't know
   them; and documents with escaped names keep the rules of the format whatever the names are. */
#include "support/expect.h"
#include "support/strict_openmetrics2.h"

static const char *const odd_names[] = {
    "http.server.duration",
    "1st",
    "a:b.c",
    "\xc3\xa9t\xc3\xa9",
    "\xe6\xb8\xa9\xe5\xba\xa6 in \xc2\xb0",
    "a\"b",
    "a\\b",
    "a\\",
    "\"",
    "\n",
    "a\nb",
    "a{b=\"c\"} 1",
    "\x01\x7f\r\t",
    "#",
    " leading",
    "trailing ",
    "a,b=c;d",
    "\xf0\x9f\x98\x80",
    "\xe2\x80\xa8",
};

static promlet_registry *new_utf8_registry(void)
{
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.utf8_names = true};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    return registry;
}

static char *write_as(promlet_registry *registry, promlet_format format, promlet_escaping escaping)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    promlet_encoding encoding = {.format = format, .escaping = escaping};
    char *text = promlet_snapshot_string_as(snapshot, &encoding, NULL);
    assert_non_null(text);
    promlet_snapshot_release(snapshot);
    return text;
}

static char *write_document(promlet_registry *registry, promlet_escaping escaping)
{
    return write_as(registry, PROMLET_FORMAT_TEXT_1_0_0, escaping);
}

static void read_quoted(strict_document *document, promlet_registry *registry)
{
    char *text = write_document(registry, PROMLET_ESCAPING_ALLOW_UTF8);
    if (!strict_document_read_quoted(document, text)) {
        fail_msg("%s", document->why);
    }
    promlet_free(text);
}

static void expect_escaped_documents_are_read(promlet_registry *registry)
{
    for (int i = PROMLET_ESCAPING_UNDERSCORES; i <= PROMLET_ESCAPING_VALUES; i++) {
        char *text = write_document(registry, (promlet_escaping)i);
        strict_document document;
        if (!strict_document_read(&document, text, STRICT_WITHOUT_EOF)) {
            fail_msg("%s", document.why);
        }
        strict_document_free(&document);
        promlet_free(text);
    }
}

/* ---- one name -------------------------------------------------------------------------------- */

static void each_name_of_a_metric_is_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(odd_names); i++) {
        promlet_registry *registry = new_utf8_registry();
        promlet_histogram_new(registry, &(promlet_opts){.name = odd_names[i], .help = "\\\n\""});
        expect_status(registry, PROMLET_OK, "");
        strict_document document;
        read_quoted(&document, registry);
        assert_int_equal(document.family_count, 1);
        assert_string_equal(document.families[0].name, odd_names[i]);
        assert_string_equal(document.families[0].help, "\\\n\"");
        strict_document_free(&document);
        expect_escaped_documents_are_read(registry);
        promlet_registry_free(registry);
    }
}

static void each_name_of_a_label_is_read_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(odd_names); i++) {
        promlet_registry *registry = new_utf8_registry();
        promlet_histogram_family *family = promlet_histogram_family_new(
            registry, &(promlet_opts){.name = "plain", .labels = {"first", odd_names[i]}});
        promlet_histogram_observe(promlet_histogram_with(family, "1", "\\\"\n}"), 1);
        expect_status(registry, PROMLET_OK, "");
        strict_document document;
        read_quoted(&document, registry);
        const strict_point *point = &document.points[0];
        assert_int_equal(point->label_count, 3);
        assert_string_equal(point->labels[1].name, odd_names[i]);
        assert_string_equal(point->labels[1].value, "\\\"\n}");
        strict_document_free(&document);
        expect_escaped_documents_are_read(registry);
        promlet_registry_free(registry);
    }
}

/* ---- all at once ----------------------------------------------------------------------------- */

static void thirty_two_labels_are_read_back(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_opts options = {.name = "many.labels", .help = "Many."};
    char names[PROMLET_MAX_LABELS][16];
    const char *values[PROMLET_MAX_LABELS];
    for (int i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "\xc3\xa9.%d", i);
        options.labels[i] = names[i];
        values[i] = names[i];
    }
    promlet_gauge_family *family = promlet_gauge_family_new(registry, &options);
    promlet_gauge_set(promlet_gauge_with_values(family, values, PROMLET_MAX_LABELS), 1);
    strict_document document;
    read_quoted(&document, registry);
    assert_int_equal(document.point_count, 1);
    assert_int_equal(document.points[0].label_count, PROMLET_MAX_LABELS);
    for (int i = 0; i < PROMLET_MAX_LABELS; i++) {
        assert_string_equal(document.points[0].labels[i].name, names[i]);
        assert_string_equal(document.points[0].labels[i].value, names[i]);
    }
    strict_document_free(&document);
    expect_escaped_documents_are_read(registry);
    char *text = promlet_registry_get_metrics(registry);
    keep_document("utf8_many_labels", text, NULL);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- OpenMetrics ----------------------------------------------------------------------------- */

/* It wants a name to end in its unit, but for a `_total`, whose underscore two schemes double. */
static void names_end_in_their_unit_or_have_none(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_counter_new(registry, &(promlet_opts){.name = "c.pu_seconds", .unit = "seconds"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "a.b_seconds", .unit = "seconds"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "a.b_x_y", .unit = "x_y"});
    expect_status(registry, PROMLET_OK, "");
    for (int i = PROMLET_ESCAPING_NONE_ASKED; i <= PROMLET_ESCAPING_ALLOW_UTF8; i++) {
        promlet_escaping escaping = (promlet_escaping)i;
        bool is_raw = escaping == PROMLET_ESCAPING_ALLOW_UTF8;
        bool is_doubled = escaping == PROMLET_ESCAPING_DOTS || escaping == PROMLET_ESCAPING_VALUES;
        char *texts[] = {write_as(registry, PROMLET_FORMAT_OPENMETRICS_1_0_0, escaping),
                         write_as(registry, PROMLET_FORMAT_OPENMETRICS_2_0_0, escaping)};
        for (size_t j = 0; j < COUNT_OF(texts); j++) {
            strict_document document;
            if (!(j == 0 ? strict_openmetrics_read_as
                         : strict_openmetrics2_read_as)(&document, texts[j], is_raw)) {
                fail_msg("%s\n%s", document.why, texts[j]);
            }
            assert_int_equal(document.family_count, 3);
            assert_string_equal(document.families[0].unit, "seconds");
            assert_int_equal(document.families[1].unit != NULL, !is_doubled);
            assert_int_equal(document.families[2].unit != NULL, !is_doubled);
            strict_document_free(&document);
            promlet_free(texts[j]);
        }
    }
    promlet_registry_free(registry);
}

/* ---- the reader ------------------------------------------------------------------------------ */

static void reader_refuses_quotes_where_they_may_not_be(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "# TYPE \"plain\" gauge\n{\"plain\"} 1\n", "# TYPE \"a.b\" gauge\n\"a.b\" 1\n",
        "# TYPE \"a.b\" gauge\n{a.b} 1\n",         "# TYPE a.b gauge\na.b 1\n",
        "# TYPE \"a.b\" gauge\n{\"a.b\",} 1\n",    "# TYPE g gauge\ng{\"plain\"=\"1\"} 1\n",
        "# TYPE g gauge\ng{\"a.b\"} 1\n",          "# TYPE \"a.b\" gauge\n{\"a.b} 1\n",
        "# TYPE \"a.b gauge\n{\"a.b\"} 1\n",       "# TYPE \"a.b\" gauge\n{\"a.b\"}1\n",
        "# TYPE \"\" gauge\n{\"\"} 1\n",           "# TYPE g gauge\ng{\"a\\t\"=\"1\"} 1\n",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        strict_document document;
        assert_false(strict_document_read_quoted(&document, texts[i]));
        strict_document_free(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_of_a_metric_is_read_back),
        cmocka_unit_test(each_name_of_a_label_is_read_back),
        cmocka_unit_test(thirty_two_labels_are_read_back),
        cmocka_unit_test(names_end_in_their_unit_or_have_none),
        cmocka_unit_test(reader_refuses_quotes_where_they_may_not_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
