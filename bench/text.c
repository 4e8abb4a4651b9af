/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds in the Prometheus text the numbers that show whether a client counted exactly. It knows
 * just enough of the format for that: a line's last word is its number.
 */
#include "text.h"

#include "streams.h"

#include <stdlib.h>
#include <string.h>

/* The number in the first line from here on that begins so; NULL: there is none. */
static const char *find_number(const char *text, const char *begin)
{
    size_t size = strlen(begin);
    for (const char *line = text; *line != '\0';) {
        const char *end = line + strcspn(line, "\n");
        if (strncmp(line, begin, size) == 0) {
            while (*--end != ' ') {
            }
            return end;
        }
        line = end + (*end == '\n');
    }
    return NULL;
}

uint64_t text_total(const char *text, const char *begin)
{
    uint64_t total = 0;
    const char *number = text;
    while ((number = find_number(number, begin)) != NULL) {
        char *end;
        total += strtoull(number, &end, 10);
        number = end + (*end == '\n');
    }
    return total;
}

static bool is_recorded(double value)
{
    for (size_t i = 0; i < BENCH_STREAM; i++) {
        if (bench_values[i] == value) {
            return true;
        }
    }
    return false;
}

bool text_shows_values(const char *text, const char *begin)
{
    bool is_one_set = false;
    const char *number = text;
    while ((number = find_number(number, begin)) != NULL) {
        char *end;
        double shown = strtod(number, &end);
        if (is_recorded(shown)) {
            is_one_set = true;
        } else if (shown != 0) {
            return false;
        }
        number = end + (*end == '\n');
    }
    return is_one_set;
}
