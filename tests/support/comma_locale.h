/* SPDX-License-Identifier: Apache-2.0 */
/* A locale whose numbers have a decimal comma. */
#ifndef TESTS_SUPPORT_COMMA_LOCALE_H
#define TESTS_SUPPORT_COMMA_LOCALE_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

/* Makes it that of the program; false if none is installed. */
static inline bool choose_comma_locale(void)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (setlocale(LC_ALL, names[i]) != NULL && *localeconv()->decimal_point == ',') {
            return true;
        }
    }
    return false;
}

#endif
