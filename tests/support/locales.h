/* SPDX-License-Identifier: Apache-2.0 */
/* Locales that the tests have made for them (tests/CMakeLists.txt), whatever the machine has. A
   test sets "C" again behind them. */
#ifndef TESTS_SUPPORT_LOCALES_H
#define TESTS_SUPPORT_LOCALES_H

#include "support/expect.h"

#include <locale.h>
#include <stdlib.h>

/* Makes it that of the program. */
static inline void choose_locale(const char *name)
{
    assert_int_equal(setenv("LOCPATH", PROMLET_LOCALES, 1), 0);
    if (setlocale(LC_ALL, name) == NULL) {
        fail_msg("no locale %s in %s, since localedef or its sources were missing", name,
                 PROMLET_LOCALES);
    }
}

/* One whose numbers have a decimal comma. */
static inline void choose_comma_locale(void)
{
    choose_locale("de_DE.UTF-8");
    assert_string_equal(localeconv()->decimal_point, ",");
}

#endif
