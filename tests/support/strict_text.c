/* SPDX-License-Identifier: Apache-2.0 */
/* Reads text documents with fixed buffers only, and compares two of them. */
#include "support/strict_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool strict_fail(strict_verdict *verdict, const char *rule, const char *line)
{
    (void)snprintf(verdict->why, sizeof verdict->why, "%s: %s", rule, line);
    return false;
}

/* False at the end, and at a line that is too long or has no line feed. */
static bool strict_next_line(strict_reader *reader)
{
    const char *end = strchr(reader->at, '\n');
    if (end == NULL || (size_t)(end - reader->at) >= sizeof reader->line) {
        return false;
    }
    size_t size = (size_t)(end - reader->at);
    memcpy(reader->line, reader->at, size);
    reader->line[size] = '\0';
    reader->at = end + 1;
    return true;
}

/* The end of `name` or `name{...}`; NULL when a quote or the brace stays open. */
static const char *strict_end_of_key(const char *line)
{
    const char *at = line + strcspn(line, "{ ");
    if (*at != '{') {
        return at;
    }
    bool is_quoted = false;
    for (at++; *at != '\0'; at++) {
        if (is_quoted && *at == '\\' && at[1] != '\0') {
            at++;
        } else if (*at == '"') {
            is_quoted = !is_quoted;
        } else if (*at == '}' && !is_quoted) {
            return at + 1;
        }
    }
    return NULL;
}

/* Splits what stands between the braces into le, which promlet writes last, and the rest. */
static void strict_split_labels(strict_sample *sample)
{
    static const char le[] = "le=\"";
    char *at = sample->labels;
    char *found = strncmp(at, le, strlen(le)) == 0 ? at : strstr(at, ",le=\"");
    if (found == NULL) {
        return;
    }
    (void)snprintf(sample->le, sizeof sample->le, "%s", strchr(found, '"') + 1);
    sample->le[strcspn(sample->le, "\"")] = '\0';
    *found = '\0';
}

static bool strict_read_sample(const char *line, strict_sample *sample)
{
    memset(sample, 0, sizeof *sample);
    const char *end = strict_end_of_key(line);
    if (end == NULL || *end != ' ') {
        return false;
    }
    memcpy(sample->key, line, (size_t)(end - line));
    size_t name_size = strcspn(sample->key, "{");
    memcpy(sample->name, sample->key, name_size);
    if (sample->key[name_size] == '{') {
        memcpy(sample->labels, sample->key + name_size + 1, strlen(sample->key) - name_size - 2);
        strict_split_labels(sample);
    }
    char *rest;
    sample->value = strtold(end + 1, &rest);
    return rest != end + 1 && *rest == '\0' && end[1] != ' ' && name_size > 0;
}

bool strict_next_sample(strict_reader *reader, strict_sample *sample)
{
    while (strict_next_line(reader)) {
        if (reader->line[0] != '#') {
            return strict_read_sample(reader->line, sample);
        }
        if (strncmp(reader->line, "# TYPE ", 7) == 0) {
            (void)sscanf(reader->line, "# TYPE %511s %511s", reader->family, reader->type);
        }
    }
    return false;
}

/* ---- one document ---------------------------------------------------------------------------- */

/* What a histogram's series shows next. */
enum strict_stage { STRICT_BUCKETS, STRICT_SUM, STRICT_COUNT };

typedef struct strict_check {
    strict_reader reader;
    strict_verdict *verdict;
    char help_family[STRICT_SIZE]; /* of a # HELP line whose # TYPE line must come next */
    char labels[STRICT_SIZE];      /* of the series before, or of the one that is being read */
    bool has_series;
    enum strict_stage stage;
    bool has_bucket;
    long double le;
    long double count;
} strict_check;

static bool strict_begin_family(strict_check *check)
{
    char family[STRICT_SIZE];
    char type[STRICT_SIZE];
    const char *line = check->reader.line;
    if (sscanf(line, "# TYPE %511s %511s", family, type) != 2) {
        return strict_fail(check->verdict, "not a TYPE line", line);
    }
    if (check->help_family[0] != '\0' && strcmp(check->help_family, family) != 0) {
        return strict_fail(check->verdict, "HELP is of another family", line);
    }
    if (check->stage != STRICT_BUCKETS || check->has_bucket) {
        return strict_fail(check->verdict, "the histogram before is not complete", line);
    }
    if (strcmp(check->reader.family, family) >= 0) {
        return strict_fail(check->verdict, "families are not in order, or stand twice", line);
    }
    if (strcmp(type, "counter") != 0 && strcmp(type, "gauge") != 0 &&
        strcmp(type, "histogram") != 0) {
        return strict_fail(check->verdict, "unknown type", line);
    }
    memcpy(check->reader.family, family, sizeof family);
    memcpy(check->reader.type, type, sizeof type);
    check->help_family[0] = '\0';
    check->has_series = false;
    return true;
}

static bool strict_comment(strict_check *check)
{
    const char *line = check->reader.line;
    if (strncmp(line, "# HELP ", 7) != 0) {
        return strict_begin_family(check);
    }
    if (check->help_family[0] != '\0') {
        return strict_fail(check->verdict, "HELP without TYPE before", line);
    }
    return sscanf(line, "# HELP %511s", check->help_family) == 1;
}

static bool strict_begin_series(strict_check *check, const strict_sample *sample)
{
    bool is_last = check->has_series && strcmp(check->labels, STRICT_OVERFLOW) == 0;
    bool is_overflow = strcmp(sample->labels, STRICT_OVERFLOW) == 0;
    if (is_last ||
        (check->has_series && !is_overflow && strcmp(check->labels, sample->labels) >= 0)) {
        return strict_fail(check->verdict, "series are not in order, or stand twice", sample->key);
    }
    memcpy(check->labels, sample->labels, sizeof check->labels);
    check->has_series = true;
    return true;
}

static bool strict_bucket(strict_check *check, const strict_sample *sample)
{
    if (!check->has_bucket && !strict_begin_series(check, sample)) {
        return false;
    }
    long double le = strtold(sample->le, NULL);
    if (check->has_bucket && (le <= check->le || sample->value < check->count)) {
        return strict_fail(check->verdict, "buckets or their bounds do not rise", sample->key);
    }
    check->has_bucket = true;
    check->le = le;
    check->count = sample->value;
    check->stage = strcmp(sample->le, "+Inf") == 0 ? STRICT_SUM : STRICT_BUCKETS;
    return true;
}

static bool strict_histogram_sample(strict_check *check, const strict_sample *sample)
{
    static const char *const suffixes[] = {"_bucket", "_sum", "_count"};
    size_t family_size = strlen(check->reader.family);
    if (strncmp(sample->name, check->reader.family, family_size) != 0 ||
        strcmp(sample->name + family_size, suffixes[check->stage]) != 0 ||
        (check->stage == STRICT_BUCKETS) != (sample->le[0] != '\0') ||
        (check->has_bucket && strcmp(check->labels, sample->labels) != 0)) {
        return strict_fail(check->verdict, "not what the histogram needs here", sample->key);
    }
    if (check->stage == STRICT_BUCKETS) {
        return strict_bucket(check, sample);
    }
    bool is_count = check->stage == STRICT_COUNT;
    if (is_count && (sample->value < check->count || sample->value > check->count)) {
        return strict_fail(check->verdict, "_count differs from +Inf", sample->key);
    }
    check->has_bucket = !is_count;
    check->stage = is_count ? STRICT_BUCKETS : STRICT_COUNT;
    return true;
}

static bool strict_sample_line(strict_check *check)
{
    strict_sample sample;
    const char *line = check->reader.line;
    if (check->help_family[0] != '\0' || !strict_read_sample(line, &sample)) {
        return strict_fail(check->verdict, "not a sample that may stand here", line);
    }
    if (strcmp(check->reader.type, "histogram") == 0) {
        return strict_histogram_sample(check, &sample);
    }
    if (strcmp(sample.name, check->reader.family) != 0) {
        return strict_fail(check->verdict, "a sample of another family", line);
    }
    return strict_begin_series(check, &sample);
}

bool strict_is_well_formed(const char *text, strict_verdict *verdict)
{
    strict_check check = {.reader = {.at = text}, .verdict = verdict};
    verdict->why[0] = '\0';
    bool has_ended = false;
    while (strict_next_line(&check.reader)) {
        const char *line = check.reader.line;
        if (has_ended) {
            return strict_fail(verdict, "a line behind # EOF", line);
        }
        has_ended = strcmp(line, "# EOF") == 0;
        if (!has_ended && !(line[0] == '#' ? strict_comment(&check) : strict_sample_line(&check))) {
            return false;
        }
    }
    if (!has_ended || *check.reader.at != '\0' || check.has_bucket) {
        return strict_fail(verdict, "the document is cut short", check.reader.at);
    }
    return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

long double strict_value(const char *text, const char *key)
{
    strict_reader reader = {.at = text};
    strict_sample sample;
    while (strict_next_sample(&reader, &sample)) {
        if (strcmp(sample.key, key) == 0) {
            return sample.value;
        }
    }
    return -1;
}

long double strict_total(const char *text, const char *name, size_t *series_count)
{
    strict_reader reader = {.at = text};
    strict_sample sample;
    long double total = 0;
    size_t count = 0;
    while (strict_next_sample(&reader, &sample)) {
        if (strcmp(sample.name, name) == 0) {
            total += sample.value;
            count++;
        }
    }
    if (series_count != NULL) {
        *series_count = count;
    }
    return total;
}

static bool strict_is_monotonic(const strict_reader *reader, const strict_sample *sample)
{
    size_t family_size = strlen(reader->family);
    return strcmp(reader->type, "counter") == 0 ||
           (strcmp(reader->type, "histogram") == 0 &&
            strcmp(sample->name + family_size, "_sum") != 0);
}

bool strict_never_falls(const char *before, const char *after, strict_verdict *verdict)
{
    strict_reader old_reader = {.at = before};
    strict_reader new_reader = {.at = after};
    strict_sample old_sample;
    strict_sample new_sample;
    while (strict_next_sample(&old_reader, &old_sample)) {
        /* Both are in the same order and nothing is ever removed, so one pass finds each key. */
        do {
            if (!strict_next_sample(&new_reader, &new_sample)) {
                return strict_fail(verdict, "gone", old_sample.key);
            }
        } while (strcmp(old_sample.key, new_sample.key) != 0);
        if (strict_is_monotonic(&old_reader, &old_sample) && new_sample.value < old_sample.value) {
            char rule[STRICT_SIZE];
            (void)snprintf(rule, sizeof rule, "fell from %.17Lg to %.17Lg", old_sample.value,
                           new_sample.value);
            return strict_fail(verdict, rule, old_sample.key);
        }
    }
    return true;
}

bool strict_sums_fit(const char *text, long double most_observed, strict_verdict *verdict)
{
    strict_reader reader = {.at = text};
    strict_sample sample;
    long double sum = 0;
    while (strict_next_sample(&reader, &sample)) {
        if (strcmp(reader.type, "histogram") != 0) {
            continue;
        }
        const char *suffix = sample.name + strlen(reader.family);
        if (strcmp(suffix, "_sum") == 0) {
            sum = sample.value;
        } else if (strcmp(suffix, "_count") == 0 && (sum < sample.value || sum > most_observed)) {
            return strict_fail(verdict, "sum and count don't fit", sample.key);
        }
    }
    return true;
}
