/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong arguments of the calls that start a thread of <promlet/periodic.h> with a transport's
   options; none may leave one behind. */
#ifndef TESTS_SUPPORT_WRONG_STARTS_H
#define TESTS_SUPPORT_WRONG_STARTS_H

#include "support/wrong_arguments.h"

/* The function call_<of>_start_sized() for the table: each of the options, with every interval. */
#define CALL_OF_START(of, all_options)                                                             \
    static void call_##of##_start_sized(void)                                                      \
    {                                                                                              \
        promlet_periodic *periodic = NULL;                                                         \
        FOR_EACH(options, all_options)                                                             \
        {                                                                                          \
            FOR_EACH(seconds, any_doubles)                                                         \
            {                                                                                      \
                of##_opts with_time = *options;                                                    \
                with_time.interval_seconds = *seconds;                                             \
                SAID(of##_start(&with_time, &periodic));                                           \
                assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);                     \
            }                                                                                      \
            SAID(of##_start(options, NULL));                                                       \
            SAID(of##_start_sized(options, &periodic, 1));                                         \
            assert_null(periodic);                                                                 \
        }                                                                                          \
        FOR_EACH(size, any_sizes)                                                                  \
        {                                                                                          \
            SAID(of##_start_sized(NULL, &periodic, *size));                                        \
            assert_null(periodic);                                                                 \
        }                                                                                          \
    }

#endif
