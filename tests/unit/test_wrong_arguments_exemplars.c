/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of exemplars with every combination of good and wrong arguments. */
#include "support/wrong_instruments.h"

static const char *const headers[] = {"exemplar.h", NULL};

HANDLES(counter);
HANDLES(histogram);

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    FILL_WITH(counter, .exemplars = true);
    FILL_WITH(histogram, .exemplars = true);
    return own == NULL;
}

static const promlet_trace_context sampled = {{1}, {2}, true};
static const promlet_trace_context unsampled = {{1}, {2}, false};
static const promlet_trace_context without_span = {{1}, {0}, true};
static const promlet_trace_context *const any_traces[] = {NULL, &sampled, &unsampled,
                                                          &without_span};

#define CALL_WITH_EXEMPLAR(function, handles)                                                      \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(handle, handles)                                                                  \
        FOR_EACH(number, any_doubles)                                                              \
        FOR_EACH(list, any_labels)                                                                 \
        {                                                                                          \
            function(*handle, *number, list->labels, list->count);                                 \
        }                                                                                          \
    }

#define CALL_WITH_TRACE(function, handles)                                                         \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(handle, handles)                                                                  \
        FOR_EACH(number, any_doubles)                                                              \
        FOR_EACH(trace, any_traces)                                                                \
        {                                                                                          \
            function(*handle, *number, *trace);                                                    \
        }                                                                                          \
    }

CALL_WITH_EXEMPLAR(promlet_counter_add_with_exemplar, counters)
CALL_WITH_EXEMPLAR(promlet_histogram_observe_with_exemplar, histograms)
CALL_WITH_TRACE(promlet_counter_add_with_trace, counters)
CALL_WITH_TRACE(promlet_histogram_observe_with_trace, histograms)

/* Whatever a hook answers, it is no reason to fail. */
static bool any_answer(promlet_trace_context *context, void *ctx)
{
    static size_t asked;
    const promlet_trace_context *answer = any_traces[asked++ % COUNT_OF(any_traces)];
    (void)ctx;
    if (answer != NULL) {
        *context = *answer;
    }
    return asked % 3 != 0;
}

static void call_promlet_set_trace_context_hook(void)
{
    static const promlet_trace_context_fn hooks[] = {any_answer, NULL};
    FOR_EACH(hook, hooks)
    {
        promlet_set_trace_context_hook(*hook, NULL);
        FOR_EACH(number, any_doubles)
        {
            FOR_EACH(counter, counters)
            {
                promlet_counter_inc(*counter);
                promlet_counter_add(*counter, *number);
            }
            FOR_EACH(histogram, histograms)
            {
                promlet_histogram_observe(*histogram, *number);
            }
        }
    }
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_counter_add_with_exemplar),
    WRONG_CALL(promlet_histogram_observe_with_exemplar),
    WRONG_CALL(promlet_counter_add_with_trace),
    WRONG_CALL(promlet_histogram_observe_with_trace),
    WRONG_CALL(promlet_set_trace_context_hook),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end_with_registry);
}
