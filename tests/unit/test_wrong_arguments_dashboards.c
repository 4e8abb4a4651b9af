/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of dashboards and alert rules with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

static const char *const headers[] = {"dashboard.h", NULL};

static promlet_registry *registries[2];

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    promlet_counter_inc(promlet_counter_new(own, &(promlet_opts){.name = "good_total"}));
    registries[1] = own;
    return own == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(own);
    return 0;
}

/* ---- dashboards ------------------------------------------------------------------------------ */

static bool take_nothing(const char *data, size_t size, void *ctx)
{
    (void)ctx;
    return data == NULL || size == 0;
}

/* A text, or a sentence of why there is none; freed. */
static void assert_text(char *text)
{
    assert_true((text == NULL) == (*promlet_last_error() != '\0'));
    promlet_free(text);
    (void)promlet_set_last_error(PROMLET_OK, "");
}

static void call_dashboard(promlet_registry *registry, const promlet_dashboard_opts *options,
                           size_t size)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
    assert_text(promlet_dashboard_sized(registry, options, size));
    SAID(promlet_dashboard_write_sized(registry, options, NULL, NULL, size));
    SAID(promlet_dashboard_write_sized(registry, options, take_nothing, NULL, size));
}

static void call_promlet_dashboard_sized(void)
{
    static const size_t sizes[] = {0, 1, sizeof(void *), sizeof(promlet_dashboard_opts)};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(title, any_texts)
        FOR_EACH(other, any_texts)
        FOR_EACH(escaping, any_enums)
        FOR_EACH(size, sizes)
        {
            promlet_dashboard_opts options = {*title, *other, *other, (promlet_escaping)*escaping};
            call_dashboard(*registry, &options, *size);
        }
        FOR_EACH(size, any_sizes)
        {
            call_dashboard(*registry, NULL, *size);
        }
    }
}

/* ---- alert rules ----------------------------------------------------------------------------- */

static void call_rules(promlet_registry *registry, const promlet_alert_opts *options, size_t size)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
    assert_text(promlet_alert_rules_sized(registry, options, size));
    SAID(promlet_alert_rules_write_sized(registry, options, NULL, NULL, size));
    SAID(promlet_alert_rules_write_sized(registry, options, take_nothing, NULL, size));
}

static void call_promlet_alert_rules_sized(void)
{
    static const size_t sizes[] = {0, 1, sizeof(void *), sizeof(promlet_alert_opts)};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(text, any_texts)
        FOR_EACH(limit, any_doubles)
        FOR_EACH(size, sizes)
        {
            promlet_alert_opts options = {
                *text, *text, PROMLET_ESCAPING_NONE_ASKED, *limit, *limit, *limit, *limit};
            call_rules(*registry, &options, *size);
        }
        FOR_EACH(size, any_sizes)
        {
            call_rules(*registry, NULL, *size);
        }
    }
}

/* The same with a writer, which the calls above have. */
static void call_promlet_dashboard_write_sized(void)
{
    call_promlet_dashboard_sized();
}

static void call_promlet_alert_rules_write_sized(void)
{
    call_promlet_alert_rules_sized();
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_dashboard_sized),
    WRONG_CALL(promlet_dashboard_write_sized),
    WRONG_CALL(promlet_alert_rules_sized),
    WRONG_CALL(promlet_alert_rules_write_sized),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
