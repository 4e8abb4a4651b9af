/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what promlet top draws: two scrapes become rows, rows a screen, and two screens the
   bytes that turn one into the other. */
#include "tool/view.h"

#include "tool_test.h"

static const char *const before_text = "# TYPE requests_total counter\n"
                                       "requests_total{code=\"200\",server=\"a\"} 100\n"
                                       "requests_total{code=\"500\",server=\"a\"} 7\n"
                                       "# TYPE queue_length gauge\n"
                                       "queue_length 5\n"
                                       "# TYPE wait_seconds histogram\n"
                                       "wait_seconds_bucket{le=\"0.001\"} 0\n"
                                       "wait_seconds_bucket{le=\"0.01\"} 10\n"
                                       "wait_seconds_bucket{le=\"+Inf\"} 10\n"
                                       "wait_seconds_sum 0.05\n"
                                       "wait_seconds_count 10\n"
                                       "# TYPE size_bytes summary\n"
                                       "size_bytes{quantile=\"0.5\"} 1024\n"
                                       "size_bytes{quantile=\"0.99\"} 4096\n"
                                       "size_bytes_sum 10240\n"
                                       "size_bytes_count 10\n";

static const char *const after_text = "# TYPE requests_total counter\n"
                                      "requests_total{code=\"200\",server=\"a\"} 160\n"
                                      "requests_total{code=\"500\",server=\"a\"} 1\n"
                                      "requests_total{code=\"404\",server=\"a\"} 3\n"
                                      "# TYPE queue_length gauge\n"
                                      "queue_length 3\n"
                                      "# TYPE wait_seconds histogram\n"
                                      "wait_seconds_bucket{le=\"0.001\"} 0\n"
                                      "wait_seconds_bucket{le=\"0.01\"} 20\n"
                                      "wait_seconds_bucket{le=\"+Inf\"} 30\n"
                                      "wait_seconds_sum 0.25\n"
                                      "wait_seconds_count 30\n"
                                      "# TYPE size_bytes summary\n"
                                      "size_bytes{quantile=\"0.5\"} 1024\n"
                                      "size_bytes{quantile=\"0.99\"} 4096\n"
                                      "size_bytes_sum 30720\n"
                                      "size_bytes_count 20\n";

struct scraped {
    promlet_document *documents[2];
    pml_metrics metrics[2];
    pml_rows rows;
};

static void make_scraped(struct scraped *made, const char *before, const char *after,
                         const pml_rows_options *options)
{
    const char *texts[] = {before, after};
    for (size_t i = 0; i < 2; i++) {
        made->documents[i] = texts[i] != NULL ? made_document(texts[i]) : NULL;
        if (texts[i] != NULL) {
            pml_metrics_make(&made->metrics[i], made->documents[i]);
        }
    }
    pml_rows_make(&made->rows, &made->metrics[1], before != NULL ? &made->metrics[0] : NULL, 10,
                  options);
}

static void free_scraped(struct scraped *made)
{
    pml_rows_free(&made->rows);
    for (size_t i = 0; i < 2; i++) {
        if (made->documents[i] != NULL) {
            pml_metrics_free(&made->metrics[i]);
            promlet_document_free(made->documents[i]);
        }
    }
}

static void expect_screen(const pml_screen *screen, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count && i < screen->count; i++) {
        assert_string_equal(pml_buffer_peek(&screen->lines[i].text), lines[i]);
        assert_int_equal(pml_screen_columns(&screen->lines[i].text), screen->width);
    }
    assert_int_equal(screen->count, count);
}

static void expect_drawn(size_t width, bool has_utf8, const char *const *lines, size_t count)
{
    struct scraped made = {.rows = {.items = NULL}};
    pml_screen screen = {.width = width, .has_utf8 = has_utf8};
    make_scraped(&made, before_text, after_text, &(pml_rows_options){.selector_count = 0});
    const pml_view view = {.title = "http://host/metrics", .state = "up", .rows = &made.rows};
    assert_int_equal(pml_view_draw(&view, &screen), count - 1);
    expect_screen(&screen, lines, count);
    pml_screen_free(&screen);
    free_scraped(&made);
}

static void view_of_80_columns_has_most_figures(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "up  http://host/metrics                                                         ",
        "HISTOGRAMS                          rate/s     p50     p90     p99              ",
        "wait_seconds                             2  10.0ms  10.0ms  10.0ms   ##         ",
        "SUMMARIES                                 rate/s    mean     p50     p90     p99",
        "size_bytes                                     1 2.00KiB 1.00KiB       - 4.00KiB",
        "COUNTERS                                                          rate/s   value",
        "requests_total{code}                                                            ",
        "  200                                                                  6     160",
        "  500                                                               0.10       1",
        "  404                                                                  -       3",
        "GAUGES                                                             value  change",
        "queue_length                                                           3      -2",
    };
    expect_drawn(80, false, expected, COUNT_OF(expected));
}

static void view_of_40_columns_leaves_out_what_says_least(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "up  http://host/metrics                 ", "HISTOGRAMS        rate/s     p50     p99",
        "wait_seconds           2  10.0ms  10.0ms", "SUMMARIES         rate/s    mean     p99",
        "size_bytes             1 2.00KiB 4.00KiB", "COUNTERS                  rate/s   value",
        "requests_total{code}                    ", "  200                          6     160",
        "  500                       0.10       1", "  404                          -       3",
        "GAUGES                     value  change", "queue_length                   3      -2",
    };
    expect_drawn(40, true, expected, COUNT_OF(expected));
}

static void view_of_200_columns_has_all(void **state)
{
    (void)state;
    struct scraped made = {.rows = {.items = NULL}};
    pml_screen screen = {.width = 200, .has_utf8 = true};
    make_scraped(&made, before_text, after_text, &(pml_rows_options){.selector_count = 0});
    const pml_view view = {.title = "t", .state = "up", .rows = &made.rows};
    (void)pml_view_draw(&view, &screen);
    const char *line = pml_buffer_peek(&screen.lines[2].text);
    assert_non_null(
        strstr(line, "      2  10.0ms  10.0ms  10.0ms  10.0ms   \xe2\x96\x88\xe2\x96\x88"));
    assert_int_equal(pml_screen_columns(&screen.lines[2].text), 200);
    pml_screen_free(&screen);
    free_scraped(&made);
}

static void view_of_one_scrape_knows_no_rates(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "up  t                                   ", "COUNTERS                  rate/s   value",
        "a_total                        -       1", "GAUGES                     value  change",
        "b                              2       -",
    };
    struct scraped made = {.rows = {.items = NULL}};
    pml_screen screen = {.width = 40};
    make_scraped(&made, NULL, "# TYPE a_total counter\na_total 1\nb 2\n",
                 &(pml_rows_options){.selector_count = 0});
    const pml_view view = {.title = "t", .state = "up", .rows = &made.rows};
    (void)pml_view_draw(&view, &screen);
    expect_screen(&screen, expected, COUNT_OF(expected));
    pml_screen_free(&screen);
    free_scraped(&made);
}

static void view_of_a_few_lines_scrolls(void **state)
{
    (void)state;
    struct scraped made = {.rows = {.items = NULL}};
    pml_screen screen = {.width = 20};
    make_scraped(&made, NULL, "a 1\nb 2\nc 3\nd 4\n", &(pml_rows_options){.selector_count = 0});
    pml_view view = {.title = "t", .state = "up", .rows = &made.rows, .first = 2, .height = 3};
    assert_int_equal(pml_view_draw(&view, &screen), 5);
    static const char *const middle[] = {"up  t               ", "b                  2",
                                         "c                  3"};
    expect_screen(&screen, middle, COUNT_OF(middle));
    view.first = 4;
    pml_screen_clear(&screen);
    (void)pml_view_draw(&view, &screen);
    static const char *const end[] = {"up  t               ", "d                  4"};
    expect_screen(&screen, end, COUNT_OF(end));
    pml_screen_free(&screen);
    free_scraped(&made);
}

/* What a label holds must not steer a terminal, nor take more than its columns. */
static void view_of_odd_names_is_harmless(void **state)
{
    (void)state;
    struct scraped made = {.rows = {.items = NULL}};
    pml_screen screen = {.width = 40, .has_utf8 = true};
    make_scraped(
        &made, NULL,
        "a{b=\"\033[2J\"} 1\na{b=\"\xc2\x9b\x31m\"} 1\na{b=\"\\n\"} 1\na{b=\"\xc3\xa9\"} 1\n",
        &(pml_rows_options){.selector_count = 0});
    const pml_view view = {.title = "\033t", .state = "up", .rows = &made.rows};
    (void)pml_view_draw(&view, &screen);
    static const char *const expected[] = {
        "up  ?t                                  ",
        "GAUGES                     value  change",
        "a{b}                                    ",
        "  ?                            1       -",
        "  ?[2J                         1       -",
        "  ?1m                          1       -",
        "  \xc3\xa9                            1       -",
    };
    expect_screen(&screen, expected, COUNT_OF(expected));
    screen.has_utf8 = false;
    pml_screen_clear(&screen);
    (void)pml_view_draw(&view, &screen);
    assert_string_equal(pml_buffer_peek(&screen.lines[6].text),
                        "  ?                            1       -");
    pml_screen_free(&screen);
    free_scraped(&made);
}

static void long_names_are_cut_in_their_middle(void **state)
{
    (void)state;
    pml_screen screen = {.width = 10, .has_utf8 = true};
    pml_buffer text = {.bytes = NULL};
    pml_screen_put_left(&screen, &text, "abcdefghijklmnop", 10);
    assert_string_equal(text.bytes, "abcdef\xe2\x80\xa6nop");
    pml_buffer_clear(&text);
    screen.has_utf8 = false;
    pml_screen_put_left(&screen, &text, "abcdefghijklmnop", 1);
    pml_screen_put_left(&screen, &text, "abc", 0);
    pml_screen_put_right(&screen, &text, "xyz", 5);
    assert_string_equal(text.bytes, "~  xyz");
    pml_buffer_free(&text);
}

static void selectors_mean_whole_metrics(void **state)
{
    (void)state;
    pml_buffer why = {.bytes = NULL};
    pml_selector *selectors[] = {pml_selector_new("wait_seconds", &why),
                                 pml_selector_new("{code=500}", &why)};
    struct scraped made = {.rows = {.items = NULL}};
    make_scraped(&made, before_text, after_text,
                 &(pml_rows_options){.selectors = selectors, .selector_count = 2});
    assert_int_equal(made.rows.count, 2);
    assert_string_equal(made.rows.items[0].name, "wait_seconds");
    assert_string_equal(made.rows.items[1].name, "requests_total{code=\"500\",server=\"a\"}");
    free_scraped(&made);
    pml_selector_free(selectors[0]);
    pml_selector_free(selectors[1]);
    pml_buffer_free(&why);
}

static void times_are_shown_by_their_age(void **state)
{
    (void)state;
    struct scraped made = {.rows = {.items = NULL}};
    pml_screen screen = {.width = 40};
    make_scraped(&made, "done_timestamp_seconds 1700000000\nlong_seconds 1e8\nnever_seconds 0\n",
                 "done_timestamp_seconds 1700000015\nlong_seconds 1e8\nnever_seconds 0\n",
                 &(pml_rows_options){.selector_count = 0});
    const pml_view view = {.title = "t", .state = "up", .rows = &made.rows, .time = 1700000020};
    (void)pml_view_draw(&view, &screen);
    static const char *const expected[] = {
        "up  t                                   ", "GAUGES                     value  change",
        "done_timestamp_seconds    5s ago     15s", "long_seconds               1157d       0",
        "never_seconds                  0       0",
    };
    expect_screen(&screen, expected, COUNT_OF(expected));
    pml_screen_free(&screen);
    free_scraped(&made);
}

/* ---- painting -------------------------------------------------------------------------------- */

static void add_line(pml_screen *screen, const char *text, pml_style style)
{
    pml_buffer_text(&pml_screen_add(screen, style)->text, text);
}

static void painting_writes_only_lines_that_changed(void **state)
{
    (void)state;
    pml_screen shown = {.width = 10};
    pml_screen next = {.width = 10};
    pml_buffer bytes = {.bytes = NULL};
    add_line(&shown, "title", PML_STYLE_TITLE);
    add_line(&shown, "same", PML_STYLE_PLAIN);
    add_line(&shown, "old", PML_STYLE_PLAIN);
    add_line(&shown, "gone", PML_STYLE_PLAIN);
    add_line(&next, "title", PML_STYLE_ALERT);
    add_line(&next, "same", PML_STYLE_PLAIN);
    add_line(&next, "new", PML_STYLE_PLAIN);
    pml_screen_paint(&bytes, &shown, &next, 24, true);
    assert_string_equal(pml_buffer_peek(&bytes), "\033[1;1H\033[K\033[1;31mtitle\033[0m"
                                                 "\033[3;1H\033[Knew"
                                                 "\033[4;1H\033[K");
    pml_buffer_clear(&bytes);
    pml_screen_paint(&bytes, &next, &next, 24, true);
    assert_string_equal(pml_buffer_peek(&bytes), "");
    pml_screen_paint(&bytes, NULL, &next, 2, false);
    assert_string_equal(pml_buffer_peek(&bytes), "\033[H\033[2J\033[1;1H\033[Ktitle"
                                                 "\033[2;1H\033[Ksame");
    pml_buffer_free(&bytes);
    pml_screen_free(&shown);
    pml_screen_free(&next);
}

/* A document of so many lines, each made by the function; freed with free(). */
static char *made_lines(const char *type_line, size_t count,
                        int (*make)(char *line, size_t size, size_t index))
{
    const size_t room = 4096;
    char *text = malloc(strlen(type_line) + count * room + 1);
    assert_non_null(text);
    char *end = text + sprintf(text, "%s", type_line);
    for (size_t i = 0; i < count; i++) {
        end += make(end, room, i);
    }
    return text;
}

static int line_of_many(char *line, size_t size, size_t index)
{
    return snprintf(line, size, "a_total{job=\"x\",env=\"y\",i=\"%zu\"} 1\n", index);
}

/* Labels that all rows share are the most there are; to look for each of them at all rows would
   take minutes. */
static void large_family_is_named_at_once(void **state)
{
    (void)state;
    struct scraped made = {.rows = {.items = NULL}};
    char *text = made_lines("# TYPE a_total counter\n", 50000, line_of_many);
    make_scraped(&made, NULL, text, &(pml_rows_options){.is_sorted_by_name = true});
    assert_int_equal(made.rows.count, 50000);
    assert_string_equal(made.rows.items[0].heading, "a_total{i}");
    assert_string_equal(made.rows.items[49999].name, "9999");
    free_scraped(&made);
    free(text);
}

static int line_of_own_labels(char *line, size_t size, size_t index)
{
    int length = snprintf(line, size, "a_total{");
    for (int i = 0; i < 100; i++) {
        length += snprintf(line + length, size - (size_t)length, "l%zu_%d=\"1\",", index, i);
    }
    return length + snprintf(line + length, size - (size_t)length, "} 1\n");
}

/* Each row has labels of its own, of which no screen would have room for one row's. */
static void labels_that_are_too_many_are_not_said(void **state)
{
    (void)state;
    struct scraped made = {.rows = {.items = NULL}};
    char *text = made_lines("# TYPE a_total counter\n", 2000, line_of_own_labels);
    make_scraped(&made, NULL, text, &(pml_rows_options){.is_sorted_by_name = true});
    assert_int_equal(made.rows.count, 2000);
    assert_true(strncmp(made.rows.items[0].heading, "a_total{l0_0,l0_1,", 18) == 0);
    assert_true(strlen(made.rows.items[0].heading) < 600);
    free_scraped(&made);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(view_of_80_columns_has_most_figures),
        cmocka_unit_test(view_of_40_columns_leaves_out_what_says_least),
        cmocka_unit_test(view_of_200_columns_has_all),
        cmocka_unit_test(view_of_one_scrape_knows_no_rates),
        cmocka_unit_test(view_of_a_few_lines_scrolls),
        cmocka_unit_test(view_of_odd_names_is_harmless),
        cmocka_unit_test(long_names_are_cut_in_their_middle),
        cmocka_unit_test(selectors_mean_whole_metrics),
        cmocka_unit_test(times_are_shown_by_their_age),
        cmocka_unit_test(painting_writes_only_lines_that_changed),
        cmocka_unit_test(large_family_is_named_at_once),
        cmocka_unit_test(labels_that_are_too_many_are_not_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
