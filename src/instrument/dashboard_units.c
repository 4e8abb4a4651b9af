/* SPDX-License-Identifier: Apache-2.0 */
/* The units that have a name at Prometheus and at Grafana. */
#include "instrument/dashboard_units.h"

#include <string.h>

typedef struct unit {
    const char *word;
    const char *value; /* as Grafana has it; NULL: no unit */
    const char *rate;
} unit;

/* Base units first, then words that names end in. A second a second is a share of time. */
static const unit units[] = {
    {"seconds", "s", "percentunit"},
    {"bytes", "bytes", "Bps"},
    {"ratio", "percentunit", NULL},
    {"celsius", "celsius", NULL},
    {"kelvin", "kelvin", NULL},
    {"volts", "volt", NULL},
    {"amperes", "amp", NULL},
    {"joules", "joule", "watt"},
    {"watts", "watt", NULL},
    {"grams", "massg", NULL},
    {"meters", "lengthm", "velocityms"},
    {"hertz", "hertz", NULL},
    {"pascals", "pressurepa", NULL},
    {"bits", "bits", "bps"},
    {"percent", "percent", NULL},
    {"milliseconds", "ms", NULL},
    {"microseconds", "\xc2\xb5s", NULL},
    {"nanoseconds", "ns", NULL},
    {"minutes", "m", NULL},
    {"hours", "h", NULL},
    {"days", "d", NULL},
    {"packets", NULL, "pps"},
    {"requests", NULL, "reqps"},
    {"operations", NULL, "ops"},
    {"reads", NULL, "rps"},
    {"writes", NULL, "wps"},
};

static bool ends_in(const char *name, size_t size, const char *suffix)
{
    size_t suffix_size = strlen(suffix);
    return size >= suffix_size && memcmp(name + size - suffix_size, suffix, suffix_size) == 0;
}

/* A word that a name ends in stands behind a separator: of letters, digits and underscores, or of
   others. */
static bool is_last_word(const char *name, size_t size, const char *word)
{
    size_t word_size = strlen(word);
    return size > word_size && ends_in(name, size, word) &&
           strchr("_.-/ ", name[size - word_size - 1]) != NULL;
}

bool pml_has_unit(const promlet_description *metric, const char *word)
{
    if (*metric->unit != '\0') {
        return strcmp(metric->unit, word) == 0;
    }
    size_t size = strlen(metric->name);
    bool is_total = ends_in(metric->name, size, "_total") || ends_in(metric->name, size, ".total");
    return is_last_word(metric->name, is_total ? size - strlen("_total") : size, word);
}

static const unit *find(const promlet_description *metric)
{
    static const unit none = {"", NULL, NULL};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (pml_has_unit(metric, units[i].word)) {
            return &units[i];
        }
    }
    return &none;
}

const char *pml_grafana_unit(const promlet_description *metric)
{
    const char *value = find(metric)->value;
    return value != NULL ? value : "short";
}

const char *pml_grafana_rate_unit(const promlet_description *metric)
{
    const char *rate = find(metric)->rate;
    return rate != NULL ? rate : "cps";
}
