/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The units that promtool knows, so that it and promlet find the same, and two things that it does
 * not know: percent, and mebi, of which it has a misspelt form only.
 */
#include "registry/lint_units.h"

#include <string.h>

const char *const pml_abbreviated_units[] = {"s", "ms", "us", "ns", "sec", "m",  "h", "d",
                                             "b", "kb", "mb", "gb", "tb",  "pb", NULL};

static const struct unit {
    const char *name;
    const char *base;
} units[] = {
    {"seconds", "seconds"},    {"minutes", "seconds"}, {"hours", "seconds"},
    {"days", "seconds"},       {"weeks", "seconds"},   {"bytes", "bytes"},
    {"bits", "bytes"},         {"meters", "meters"},   {"metres", "metres"},
    {"inches", "meters"},      {"yards", "meters"},    {"miles", "meters"},
    {"grams", "grams"},        {"pounds", "grams"},    {"ounces", "grams"},
    {"joules", "joules"},      {"calories", "joules"}, {"celsius", "celsius"},
    {"fahrenheit", "celsius"}, {"rankine", "celsius"}, {"kelvin", "kelvin"},
    {"kelvins", "kelvin"},     {"volts", "volts"},     {"amperes", "amperes"},
    {"percent", "ratio"},      {"percents", "ratio"},  {"percentage", "ratio"},
};

/* "" is the first, so that a unit as it stands is found as itself. */
static const char *const prefixes[] = {
    "",     "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo",
    "kibi", "mega", "mebi", "mibi",  "giga",  "gibi",  "tera", "tebi", "peta",  "pebi",
};

static const struct unit *find_unit(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strlen(units[i].name) == size && memcmp(units[i].name, word, size) == 0) {
            return &units[i];
        }
    }
    return NULL;
}

bool pml_find_base_unit(const char *word, size_t size, const char **base)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t prefix_size = strlen(prefixes[i]);
        if (size <= prefix_size || memcmp(prefixes[i], word, prefix_size) != 0) {
            continue;
        }
        const struct unit *unit = find_unit(word + prefix_size, size - prefix_size);
        if (unit != NULL) {
            *base = unit->base;
            return true;
        }
    }
    return false;
}
