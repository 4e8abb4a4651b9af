/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls that every kind of instrument has, with every combination of good and wrong arguments.
 * FILL(kind) in the test's begin() fills what HANDLES(kind) defines.
 */
#ifndef TESTS_SUPPORT_WRONG_INSTRUMENTS_H
#define TESTS_SUPPORT_WRONG_INSTRUMENTS_H

#include "support/wrong_arguments.h"

/* Of each kind NULL, one that was refused, and a good one. */
#define HANDLES(kind)                                                                              \
    static promlet_##kind *kind##s[3];                                                             \
    static promlet_##kind##_family *kind##_families[3]

/* The same with what this kind must have beyond a name. */
#define FILL_WITH(kind, ...)                                                                       \
    kind##s[1] = promlet_##kind##_new(own, NULL);                                                  \
    kind##s[2] = promlet_##kind##_new(own, &(promlet_opts){.name = "good_" #kind, __VA_ARGS__});   \
    kind##_families[1] = promlet_##kind##_family_new(own, NULL);                                   \
    kind##_families[2] = promlet_##kind##_family_new(                                              \
        own, &(promlet_opts){                                                                      \
                 .name = "good_" #kind "_family", .labels = {"x"}, .max_series = 2, __VA_ARGS__})
#define FILL(kind) FILL_WITH(kind, .help = NULL)

/* ---- declaring and looking up ---------------------------------------------------------------- */

/* Larger sizes only without options, since so much would be read. */
#define CALL_DECLARING(function)                                                                   \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(registry, registries)                                                             \
        {                                                                                          \
            FOR_EACH(options, any_options)                                                         \
            FOR_EACH(size, any_options_sizes)                                                      \
            {                                                                                      \
                (void)promlet_set_last_error(PROMLET_OK, "");                                      \
                assert_non_null(function(*registry, options, *size));                              \
                assert_true(promlet_last_error()[0] != '\0');                                      \
            }                                                                                      \
            FOR_EACH(size, any_sizes)                                                              \
            {                                                                                      \
                assert_non_null(function(*registry, NULL, *size));                                 \
            }                                                                                      \
        }                                                                                          \
    }

#define CALL_LOOKING_UP(kind)                                                                      \
    static void call_promlet_##kind##_with_values(void)                                            \
    {                                                                                              \
        FOR_EACH(family, kind##_families)                                                          \
        FOR_EACH(labels, any_values)                                                               \
        {                                                                                          \
            (void)promlet_set_last_error(PROMLET_OK, "");                                          \
            promlet_##kind *found =                                                                \
                promlet_##kind##_with_values(*family, labels->values, labels->count);              \
            bool is_good =                                                                         \
                labels->count == 1 && labels->values != NULL && labels->values[0] != NULL;         \
            bool is_silent = *family == kind##_families[1] || (is_good && *family != NULL);        \
            assert_non_null(found);                                                                \
            assert_int_equal(promlet_last_error()[0] == '\0', is_silent);                          \
        }                                                                                          \
    }

/* A good handle is given back once; what is wrong, as often as one likes. */
#define CALL_RELEASING(kind)                                                                       \
    static void call_promlet_##kind##_release(void)                                                \
    {                                                                                              \
        for (size_t i = 0; i < 2; i++) {                                                           \
            promlet_##kind##_release(kind##s[i]);                                                  \
            promlet_##kind##_release(kind##s[i]);                                                  \
            promlet_##kind##_release(promlet_##kind##_with_values(kind##_families[i], NULL, 1));   \
        }                                                                                          \
        promlet_##kind *found = promlet_##kind##_with_values(kind##_families[2], good_value, 1);   \
        promlet_##kind##_release(found);                                                           \
    }

/* Reading back; any number may come out. */
#define CALL_READING(function, handles)                                                            \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(handle, handles)                                                                  \
        {                                                                                          \
            (void)function(*handle);                                                               \
        }                                                                                          \
    }

#define CALL_READING_WITH_NUMBER(function, handles, numbers)                                       \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(handle, handles)                                                                  \
        FOR_EACH(number, numbers)                                                                  \
        {                                                                                          \
            (void)function(*handle, *number);                                                      \
        }                                                                                          \
    }

#define CALL_INSTRUMENT(kind)                                                                      \
    CALL_DECLARING(promlet_##kind##_new_sized)                                                     \
    CALL_DECLARING(promlet_##kind##_family_new_sized)                                              \
    CALL_LOOKING_UP(kind)                                                                          \
    CALL_RELEASING(kind)

/* ---- recording ------------------------------------------------------------------------------- */

#define CALL_ON_HANDLE(function, handles)                                                          \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(handle, handles)                                                                  \
        {                                                                                          \
            function(*handle);                                                                     \
        }                                                                                          \
    }

#define CALL_WITH_NUMBER(function, handles, numbers)                                               \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(handle, handles)                                                                  \
        FOR_EACH(number, numbers)                                                                  \
        {                                                                                          \
            function(*handle, *number);                                                            \
        }                                                                                          \
    }

#define CALL_BY_VALUES(function, families)                                                         \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(family, families)                                                                 \
        FOR_EACH(labels, any_values)                                                               \
        {                                                                                          \
            function(*family, labels->values, labels->count);                                      \
        }                                                                                          \
    }

#define CALL_BY_VALUES_WITH_NUMBER(function, families, numbers)                                    \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(family, families)                                                                 \
        FOR_EACH(number, numbers)                                                                  \
        FOR_EACH(labels, any_values)                                                               \
        {                                                                                          \
            function(*family, *number, labels->values, labels->count);                             \
        }                                                                                          \
    }

/* The table's lines for all these. */
#define INSTRUMENT(kind)                                                                           \
    WRONG_CALL(promlet_##kind##_new_sized), WRONG_CALL(promlet_##kind##_family_new_sized),         \
        WRONG_CALL(promlet_##kind##_with_values), WRONG_CALL(promlet_##kind##_release)

#endif
