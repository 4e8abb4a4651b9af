/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what a service says of itself in labels: the form, the environment, the labels. */
#include "support/process.h"

#define NAME "OTEL_SERVICE_NAME"
#define ATTRIBUTES "OTEL_RESOURCE_ATTRIBUTES"

/* ---- labels ---------------------------------------------------------------------------------- */

static void attributes_become_labels(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *attributes;
        const char *labels; /* NULL: there is no target_info */
    } cases[] = {
        {NULL, NULL, NULL},
        {"", "", NULL},
        {NULL, " , ,", NULL},
        {NULL, "a=", NULL}, /* an empty value is none */
        {"shop", NULL, "service_name=\"shop\""},
        {NULL, "service.name=shop", "service_name=\"shop\""},
        {"shop", "service.name=other,a=b", "a=\"b\",service_name=\"shop\""},
        {"%41,=", NULL, "service_name=\"%41,=\""}, /* the name is taken as it is */
        {NULL, "a=1,b=2,c=3", "a=\"1\",b=\"2\",c=\"3\""},
        {NULL, "c=3,a=1,b=2,", "a=\"1\",b=\"2\",c=\"3\""},
        {NULL, " a = 1 \t, b=2 3", "a=\"1\",b=\"2 3\""},
        {NULL, "a=%20x%2cy%3D%25%e2%82%ac ", "a=\" x,y=%\xe2\x82\xac\""},
        {NULL, "a%2Eb=1", "a_b=\"1\""},
        {NULL, "a=b=c", "a=\"b=c\""},
        {NULL, "a=\"q\"\\", "a=\"\\\"q\\\"\\\\\""},
        {NULL, "a=%ff", "a=\"\xef\xbf\xbd\""},
        /* the last one of a key counts */
        {NULL, "a=1,a=2,b=3,a=4", "a=\"4\",b=\"3\""},
        /* what a label can't have */
        {NULL, "k8s.pod-name=p", "k8s_pod_name=\"p\""},
        {NULL, "a..b=1,c__d=2,.e=3,f.=4", "_e=\"3\",a_b=\"1\",c_d=\"2\",f_=\"4\""},
        {NULL, "3scale=x", "_3scale=\"x\""},
        {NULL, "\xc3\xbc=x", "_=\"x\""},
        {NULL, "le=1,quantile=2,otel.metric.overflow=3,__name__=4",
         "_name_=\"4\",_le=\"1\",_otel_metric_overflow=\"3\",_quantile=\"2\""},
        /* attributes that share a label, by the order of their keys */
        {NULL, "a_b=1,a.b=2,a-b=3", "a_b=\"3;2;1\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const promlet_process_opts options = {.service_name = cases[i].name,
                                              .resource_attributes = cases[i].attributes};
        promlet_registry *registry = registry_with_process(&options);
        char *text = text_of(registry);
        char sample[256];
        (void)snprintf(sample, sizeof sample, "target_info{%s}",
                       cases[i].labels != NULL ? cases[i].labels : "");
        bool is_right =
            cases[i].labels != NULL ? is_shown(text, sample) : strstr(text, "target_info") == NULL;
        if (!is_right) {
            fail_msg("expected %s in\n%s", sample, text);
        }
        promlet_free(text);
        promlet_registry_free(registry);
    }
}

static void attributes_that_cannot_be_read_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *attributes;
        const char *why;
    } cases[] = {
        {"a", "resource_attributes: \"a\" has no ="},
        {"a=1,b", "resource_attributes: \"b\" has no ="},
        {"=1", "resource_attributes: \"=1\" has no key"},
        {"a=1, =1", "resource_attributes: \" =1\" has no key"},
        {"a=%", "resource_attributes: \"%\" has a % without two digits behind it, or %00"},
        {"a=x%4", "resource_attributes: \"x%4\" has a % without two digits behind it, or %00"},
        {"a=%4g", "resource_attributes: \"%4g\" has a % without two digits behind it, or %00"},
        {"a=%g4", "resource_attributes: \"%g4\" has a % without two digits behind it, or %00"},
        {"a=%4,b=1", "resource_attributes: \"%4\" has a % without two digits behind it, or %00"},
        {"%00=1", "resource_attributes: \"%00\" has a % without two digits behind it, or %00"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_registry *registry = new_registry();
        int before = count_open();
        const promlet_process_opts options = {.resource_attributes = cases[i].attributes};
        assert_int_equal(promlet_process_metrics_register(registry, &options),
                         PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), cases[i].why);
        expect_status(registry, PROMLET_ERROR_ARGUMENT, cases[i].why);
        char *text = text_of(registry);
        assert_string_equal(text, "# EOF\n");
        promlet_free(text);
        assert_int_equal(count_open(), before);
        promlet_registry_free(registry);
    }
}

/* a0=,a1=... of so many, all with a value. */
static char *many_attributes(int count)
{
    static char text[PROMLET_MAX_LABELS * 20];
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "a%d=v,", i);
    }
    return text;
}

static void as_many_attributes_as_labels_are_taken(void **state)
{
    (void)state;
    promlet_process_opts options = {.resource_attributes = many_attributes(PROMLET_MAX_LABELS)};
    promlet_registry *registry = registry_with_process(&options);
    char *text = text_of(registry);
    assert_non_null(strstr(text, "a31=\"v\""));
    promlet_free(text);
    promlet_registry_free(registry);
    registry = new_registry();
    options.resource_attributes = many_attributes(PROMLET_MAX_LABELS + 1);
    assert_int_equal(promlet_process_metrics_register(registry, &options), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "resource_attributes: more than 32 attributes");
    promlet_registry_free(registry);
}

/* Each would make the label longer, so that a short variable took much memory. */
static void attributes_that_share_a_label_are_limited_too(void **state)
{
    (void)state;
    char text[(PROMLET_MAX_LABELS + 1) * 8];
    size_t size = 0;
    for (int i = 0; i <= PROMLET_MAX_LABELS; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%%%02x=v,", 0x80 + i);
    }
    promlet_registry *registry = new_registry();
    promlet_process_opts options = {.resource_attributes = text};
    assert_int_equal(promlet_process_metrics_register(registry, &options), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "resource_attributes: more than 32 attributes");
    text[size - strlen("%a0=v,")] = '\0';
    assert_int_equal(promlet_process_metrics_register(registry, &options), PROMLET_OK);
    promlet_registry_free(registry);
}

static void build_is_said_as_far_as_it_is_known(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.revision = "5f3a"});
    assert_true(shown_value(registry, "build_info{revision=\"5f3a\"}") == 1);
    promlet_registry_free(registry);
    registry = registry_with_process(&(promlet_process_opts){.version = "", .revision = ""});
    char *text = text_of(registry);
    assert_null(strstr(text, "build_info"));
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- the environment ------------------------------------------------------------------------- */

/* As of a program that has more rights than whoever started it. */
static bool is_privileged;

/* In the place of libc's. */
char *secure_getenv(const char *name)
{
    return is_privileged ? NULL : getenv(name);
}

static void set_variables(const char *name, const char *attributes)
{
    assert_int_equal(name != NULL ? setenv(NAME, name, 1) : unsetenv(NAME), 0);
    assert_int_equal(attributes != NULL ? setenv(ATTRIBUTES, attributes, 1) : unsetenv(ATTRIBUTES),
                     0);
}

static int clear_variables(void **state)
{
    (void)state;
    return unsetenv(NAME) != 0 || unsetenv(ATTRIBUTES) != 0;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void variables_become_options(void **state)
{
    (void)state;
    static const struct {
        const char *name_variable;
        const char *attributes_variable;
        promlet_process_opts before;
        const char *name;
        const char *attributes;
    } cases[] = {
        {NULL, NULL, {.io = false}, NULL, NULL},
        {"", "", {.io = false}, NULL, NULL},
        {"shop", NULL, {.io = false}, "shop", NULL},
        {NULL, "a=b", {.io = false}, NULL, "a=b"},
        {NULL, NULL, {.service_name = "mine", .resource_attributes = "c=d"}, "mine", "c=d"},
        {"", "", {.service_name = "mine", .resource_attributes = "c=d"}, "mine", "c=d"},
        {"shop", "a=b", {.service_name = "mine", .resource_attributes = "c=d"}, "shop", "a=b"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_process_opts options = cases[i].before;
        set_variables(cases[i].name_variable, cases[i].attributes_variable);
        assert_int_equal(promlet_process_options_from_env(&options), PROMLET_OK);
        assert_true(is_same_text(options.service_name, cases[i].name));
        assert_true(is_same_text(options.resource_attributes, cases[i].attributes));
    }
}

/* One mistake spoils the attributes, and nothing else. */
static void wrong_attributes_leave_those_of_the_program(void **state)
{
    (void)state;
    promlet_process_opts options = {.resource_attributes = "c=d"};
    set_variables("shop", "a=b,oops");
    assert_int_equal(promlet_process_options_from_env(&options), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "OTEL_RESOURCE_ATTRIBUTES: \"oops\" has no =");
    assert_string_equal(options.service_name, "shop");
    assert_string_equal(options.resource_attributes, "c=d");
    set_variables("shop", many_attributes(PROMLET_MAX_LABELS));
    assert_int_equal(promlet_process_options_from_env(&options), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(options.resource_attributes, "c=d");
    assert_int_equal(promlet_process_options_from_env(NULL), PROMLET_ERROR_ARGUMENT);
}

/* Who does not ask for the environment does not get it. */
static void variables_alone_change_nothing(void **state)
{
    (void)state;
    set_variables("shop", "a=b");
    promlet_registry *registry = registry_with_process(NULL);
    char *text = text_of(registry);
    assert_null(strstr(text, "target_info"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void privileged_program_does_not_trust_variables(void **state)
{
    (void)state;
    set_variables("shop", "a=b");
    promlet_process_opts options = {.service_name = "mine", .resource_attributes = "c=d"};
    is_privileged = true;
    assert_int_equal(promlet_process_options_from_env(&options), PROMLET_OK);
    is_privileged = false;
    assert_string_equal(options.service_name, "mine");
    assert_string_equal(options.resource_attributes, "c=d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_become_labels),
        cmocka_unit_test(attributes_that_cannot_be_read_are_refused),
        cmocka_unit_test(as_many_attributes_as_labels_are_taken),
        cmocka_unit_test(attributes_that_share_a_label_are_limited_too),
        cmocka_unit_test(build_is_said_as_far_as_it_is_known),
        cmocka_unit_test_teardown(variables_become_options, clear_variables),
        cmocka_unit_test_teardown(wrong_attributes_leave_those_of_the_program, clear_variables),
        cmocka_unit_test_teardown(variables_alone_change_nothing, clear_variables),
        cmocka_unit_test_teardown(privileged_program_does_not_trust_variables, clear_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
