/* SPDX-License-Identifier: Apache-2.0 */
/* What options become: the URL of the group, and the sentences about what can't be one. */
#include "support/expect.h"

#include "push/config.h"
#include "push/labels.h"

#include <promlet/push.h>

#include <math.h>
#include <unistd.h>

static const promlet_push_opts good = {.url = "http://localhost:9091", .job = "backup"};

/* ---- The URL --------------------------------------------------------------------------------- */

static void expect_url(const promlet_push_opts *options, const char *expected)
{
    pml_push_config *config = NULL;
    assert_int_equal(pml_push_config_new(options, sizeof *options, &config), PROMLET_OK);
    assert_string_equal(config->url, expected);
    pml_push_config_free(config);
}

static void url_of_plain_group_is_readable(void **state)
{
    (void)state;
    expect_url(&good, "http://localhost:9091/metrics/job/backup");
    expect_url(&(promlet_push_opts){.url = "http://localhost:9091",
                                    .job = "Backup_1.2-~",
                                    .instance = "db7",
                                    .grouping = {{"zone", "eu"}, {"tier", "0"}}},
               "http://localhost:9091/metrics/job/Backup_1.2-~/instance/db7/zone/eu/tier/0");
}

/* RFC 4648 has the vectors of "foobar". */
static void test_defect_12_url_of_other_values_has_base64(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *written;
    } cases[] = {
        {"", "="},
        {"my job", "bXkgam9i"},
        {"a+b", "YSti"},
        {"/", "Lw"},
        {"/var/tmp", "L3Zhci90bXA"},
        {"\xc3\xa4", "w6Q"},
        {"%2F", "JTJG"},
        {"?", "Pw"},
        {".", "Lg"},
        {"..", "Li4"},
        {"=", "PQ"},
        {"\xff\xff\xff", "____"},
        {"\xfb\xef\xbe", "----"},
        {"foob!", "Zm9vYiE"},
        {"a\nb", "YQpi"},
        {"\xf0\x9f\x90\x98", "8J-QmA"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char expected[256];
        promlet_push_opts options = good;
        options.grouping[0] = (promlet_label){"path", cases[i].value};
        (void)snprintf(expected, sizeof expected,
                       "http://localhost:9091/metrics/job/backup/path@base64/%s", cases[i].written);
        expect_url(&options, expected);
    }
    promlet_push_opts options = {.url = "http://localhost:9091", .job = "a/b", .instance = "::1"};
    expect_url(&options, "http://localhost:9091/metrics/job@base64/YS9i/instance@base64/Ojox");
}

static void url_of_gateway_is_taken_as_people_write_it(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *read;
    } cases[] = {
        {"localhost:9091", "http://localhost:9091"},
        {"http://localhost:9091/", "http://localhost:9091"},
        {"http://[::1]:9091", "http://[::1]:9091"},
        {"https://example.org/gateway//", "https://example.org/gateway"},
        {"HTTP://Example.org", "http://Example.org"},
        {"http://metrics/of/metrics-gateway", "http://metrics/of/metrics-gateway"},
        {"http://localhost/metrics/jobs", "http://localhost/metrics/jobs"},
        {"http://localhost/metrics", "http://localhost/metrics"},
        {"localhost:9091/metrics/", "http://localhost:9091/metrics"},
        {"https://example.org/gateway/metrics//", "https://example.org/gateway/metrics"},
        {"https://example.org/of%40others", "https://example.org/of%40others"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char expected[256];
        promlet_push_opts options = good;
        options.url = cases[i].given;
        (void)snprintf(expected, sizeof expected, "%s/metrics/job/backup", cases[i].read);
        expect_url(&options, expected);
    }
}

static void instance_is_hostname_only_when_asked(void **state)
{
    (void)state;
    char hostname[256] = "";
    assert_int_equal(gethostname(hostname, sizeof hostname - 1), 0);
    promlet_push_opts options = good;
    options.instance_is_hostname = true;
    pml_push_config *config = NULL;
    assert_int_equal(pml_push_config_new(&options, sizeof options, &config), PROMLET_OK);
    assert_string_equal(config->options.instance, hostname);
    assert_non_null(strstr(config->url, "/instance"));
    pml_push_config_free(config);
}

/* ---- What is refused ------------------------------------------------------------------------- */

static void expect_refused(const promlet_push_opts *options, const char *sentence)
{
    pml_push_config *config = NULL;
    assert_int_equal(pml_push_config_new(options, sizeof *options, &config),
                     PROMLET_ERROR_ARGUMENT);
    assert_null(config);
    assert_string_equal(promlet_last_error(), sentence);
}

#define WITH_GROUP                                                                                 \
    "url: must be that of the gateway without /metrics/job and what follows it, which promlet "    \
    "adds"

#define WITH_AT                                                                                    \
    "url: must not have an '@' behind the host; credentials are options of their own, and a path " \
    "has %40 in its place"

static void wrong_url_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *sentence;
    } cases[] = {
        {NULL, "url: is required"},
        {"", "url: is required"},
        {"http://", "url: is none that can be read"},
        {"http://a b/", "url: is none that can be read"},
        {"http://localhost:99999", "url: is none that can be read"},
        {"ftp://localhost", "url: must begin with http:// or https://"},
        {"file:///etc/passwd", "url: must begin with http:// or https://"},
        {"http://user:secret@localhost",
         "url: must not hold credentials; username and password are options of their own"},
        {"http://user@localhost",
         "url: must not hold credentials; username and password are options of their own"},
        {"http://me:p@ss/word@localhost",
         "url: must not hold credentials; username and password are options of their own"},
        {"http://me:12/secret@localhost", WITH_AT},
        {"http://me:/secret@localhost", WITH_AT},
        {"me:12/secret@localhost:9091/gateway", WITH_AT},
        {"http://localhost/?a=b", "url: must not have a query or a fragment"},
        {"http://localhost/#a", "url: must not have a query or a fragment"},
        {"http://localhost:9091/metrics/job", WITH_GROUP},
        {"http://localhost:9091/metrics/job/", WITH_GROUP},
        {"http://localhost:9091/metrics/metrics/job/backup", WITH_GROUP},
        {"http://localhost:9091/metrics/job/backup", WITH_GROUP},
        {"http://localhost:9091/metrics/job@base64/YS9i/zone/eu", WITH_GROUP},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_push_opts options = good;
        options.url = cases[i].url;
        expect_refused(&options, cases[i].sentence);
    }
}

static void wrong_group_is_refused(void **state)
{
    (void)state;
    static const struct {
        promlet_push_opts options;
        const char *sentence;
    } cases[] = {
        {{.url = "a"}, "job: is required"},
        {{.url = "a", .job = ""}, "job: is required"},
        {{.url = "a", .job = "j", .instance = "i", .instance_is_hostname = true},
         "instance: is set beside instance_is_hostname"},
        {{.url = "a", .job = "j", .grouping = {{"", "v"}}}, "grouping: \"\" is no name of a label"},
        {{.url = "a", .job = "j", .grouping = {{"0a", "v"}}},
         "grouping: \"0a\" is no name of a label"},
        {{.url = "a", .job = "j", .grouping = {{"a/b", "v"}}},
         "grouping: \"a/b\" is no name of a label"},
        {{.url = "a", .job = "j", .grouping = {{"a@base64", "v"}}},
         "grouping: \"a@base64\" is no name of a label"},
        {{.url = "a", .job = "j", .grouping = {{"job", "v"}}},
         "grouping: \"job\" is an option of its own"},
        {{.url = "a", .job = "j", .grouping = {{"instance", "v"}}},
         "grouping: \"instance\" is an option of its own"},
        {{.url = "a", .job = "j", .grouping = {{"le", "v"}}}, "grouping: \"le\" is reserved"},
        {{.url = "a", .job = "j", .grouping = {{"__a", "v"}}}, "grouping: \"__a\" is reserved"},
        {{.url = "a", .job = "j", .grouping = {{"a", "v"}, {"a", "w"}}},
         "grouping: \"a\" stands there twice"},
        {{.url = "a", .job = "j", .grouping = {{"a", NULL}}}, "grouping: \"a\" has no value"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_refused(&cases[i].options, cases[i].sentence);
    }
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    static const struct {
        promlet_push_opts options;
        const char *sentence;
    } cases[] = {
        {{.username = "u"}, "username, password: one is set without the other"},
        {{.password = "p"}, "username, password: one is set without the other"},
        {{.username = "a:b", .password = "p"},
         "username: has a ':', behind which the password would begin"},
        {{.username = "u", .password = "p", .bearer_token = "t"},
         "username, bearer_token: both are set, but a request says only one"},
        {{.bearer_token = ""}, "bearer_token: must have 1 to 4096 bytes"},
        {{.bearer_token = "a\r\nX: y"}, "bearer_token: must be printable ASCII"},
        {{.key_path = "k"}, "key_path: is set without a certificate_path"},
        {{.ca_path = ""}, "ca_path: is empty"},
        {{.certificate_path = ""}, "certificate_path: is empty"},
        {{.proxy = ""}, "proxy: is empty"},
        {{.format = PROMLET_FORMAT_OPENMETRICS_1_0_0},
         "format: must be text without # EOF, or protobuf, as the gateway reads nothing else"},
        {{.format = (promlet_format)-1},
         "format: must be text without # EOF, or protobuf, as the gateway reads nothing else"},
        {{.connect_seconds = -1}, "connect_seconds: must be 0 or more"},
        {{.push_seconds = -1e-9}, "push_seconds: must be 0 or more"},
        {{.connect_seconds = NAN}, "connect_seconds: must be 0 or more"},
        {{.push_seconds = NAN}, "push_seconds: must be 0 or more"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_push_opts options = cases[i].options;
        options.url = good.url;
        options.job = good.job;
        expect_refused(&options, cases[i].sentence);
    }
}

/* A password that is not encoded would be a host that is asked for, or none would be asked. */
static void proxy_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const proxies[] = {
        "http://",
        "http://a b",
        "http://me:secret",
        "http://me:p@ss@proxy:3128",
        "http://me:p@ss/word@proxy:3128",
        "http://me:12/secret@proxy:3128",
        "http://me:12?secret@proxy:3128",
        "http://me:12#secret@proxy:3128",
        "me:12/secret@proxy:3128",
        "http//me:secret@proxy:3128",
        "http://me:secret%00@proxy:3128",
        "http://m%0ae:secret@proxy:3128",
    };
    for (size_t i = 0; i < COUNT_OF(proxies); i++) {
        promlet_push_opts options = good;
        options.proxy = proxies[i];
        expect_refused(&options, "proxy: is none that can be read; in a password, '@' is written "
                                 "as %40, '/' as %2F, '%' as %25");
    }
}

static void proxy_is_taken_as_people_write_it(void **state)
{
    (void)state;
    static const struct {
        const char *proxy;
        const char *password;
    } cases[] = {
        {"proxy", NULL},
        {"http://proxy:3128/", NULL},
        {"https://me@proxy", NULL},
        {"me:secret@proxy:3128", "secret"},
        {"http://me:p%40ss%2Fword%25@[::1]:3128", "p@ss/word%"},
        {"http://me:%zz@proxy", "%zz"},
        {"socks5h://localhost/run/socket", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_push_opts options = good;
        options.proxy = cases[i].proxy;
        pml_push_config *config = NULL;
        assert_int_equal(pml_push_config_new(&options, sizeof options, &config), PROMLET_OK);
        assert_string_equal(config->options.proxy, cases[i].proxy);
        if (cases[i].password != NULL) {
            assert_string_equal(config->proxy_password, cases[i].password);
        } else {
            assert_null(config->proxy_password);
        }
        pml_push_config_free(config);
    }
}

static void config_has_copies_and_defaults(void **state)
{
    (void)state;
    char job[] = "backup";
    promlet_push_opts options = good;
    options.job = job;
    options.push_seconds = INFINITY;
    pml_push_config *config = NULL;
    assert_int_equal(pml_push_config_new(&options, sizeof options, &config), PROMLET_OK);
    job[0] = 'B';
    assert_string_equal(config->options.job, "backup");
    assert_float_equal(config->options.connect_seconds, PROMLET_DEFAULT_CONNECT_SECONDS, 0);
    assert_float_equal(config->options.push_seconds, 1e6, 0);
    pml_push_config_free(config);
}

/* ---- Labels of the group --------------------------------------------------------------------- */

/* The name of the label that is found; NULL for none. */
static const char *found_in(const char *text)
{
    static char found_name[64];
    promlet_push_opts options = good;
    options.instance = "i";
    options.grouping[0] = (promlet_label){"zone", "eu"};
    pml_push_label found = pml_push_find_label(&options, text);
    if (found.line == NULL) {
        return NULL;
    }
    (void)snprintf(found_name, sizeof found_name, "%.*s of %.*s", (int)found.name_size, found.name,
                   (int)found.metric_size, found.line);
    return found_name;
}

static void labels_of_group_are_found(void **state)
{
    (void)state;
    assert_string_equal(found_in("a{job=\"x\"} 1\n"), "job of a");
    assert_string_equal(found_in("a 1\nb{c=\"d\",zone=\"x\"} 1\n"), "zone of b");
    assert_string_equal(found_in("a{c=\"}\\\"\\\\\",instance=\"x\"} 1\n"), "instance of a");
    assert_string_equal(found_in("{\"a.b\",zone=\"x\"} 1\n"), "zone of ");
    assert_string_equal(found_in("a{\"job\"=\"x\",job=\"y\"} 1"), "job of a");
}

static void other_labels_are_not_found(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "a 1\n",
        "job 1\n",
        "# HELP a {job=\"x\"}\na 1\n",
        "a{b=\"job=\",c=\",job=\\\",job=\"} 1\n",
        "a{jobs=\"x\",zones=\"x\",zon=\"x\"} 1\n",
        "a{} 1\n",
        "a{b=\"x", /* cut off anywhere */
        "a{b=\"x\\",
        "a{b",
        "a{",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        assert_null(found_in(texts[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_of_plain_group_is_readable),
        cmocka_unit_test(test_defect_12_url_of_other_values_has_base64),
        cmocka_unit_test(url_of_gateway_is_taken_as_people_write_it),
        cmocka_unit_test(instance_is_hostname_only_when_asked),
        cmocka_unit_test(wrong_url_is_refused),
        cmocka_unit_test(wrong_group_is_refused),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(proxy_that_is_none_is_refused),
        cmocka_unit_test(proxy_is_taken_as_people_write_it),
        cmocka_unit_test(config_has_copies_and_defaults),
        cmocka_unit_test(labels_of_group_are_found),
        cmocka_unit_test(other_labels_are_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
