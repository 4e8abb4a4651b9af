/* SPDX-License-Identifier: Apache-2.0 */
/* What carbon asks of a line: three fields, of which the path has tags or none. */
#include "graphite_lines.h"

#include "session.h"

#include <promlet/graphite.h>

#include <ctype.h>
#include <math.h>
#include <string.h>

/* carbon ends a connection at longer ones. */
#define MOST_OF_LINE 16384

typedef struct lines {
    bool tagged;
    size_t count;
    size_t size; /* of the line that has begun */
    char line[MOST_OF_LINE];
} lines;

/* ---- a line ---------------------------------------------------------------------------------- */

/* Returns what stands behind the label, or NULL if it is none. */
static const char *behind_tag(const char *tag)
{
    const char *value = tag + strcspn(tag, "=;") + 1;
    bool is_tag =
        value > tag + 1 && value[-1] == '=' && *value != '\0' && *value != ';' && *value != '~';
    size_t name_size = (size_t)(value - tag) - 1;
    if (!is_tag || (name_size == 4 && memcmp(tag, "name", 4) == 0)) {
        return NULL;
    }
    return value + strcspn(value, ";");
}

static bool is_tagged_path(const char *path)
{
    const char *at = path + strcspn(path, ";");
    while (at != NULL && *at == ';') {
        at = behind_tag(at + 1);
    }
    return at != NULL && *path != ';' && path[strlen(path) - 1] != '"';
}

static bool is_plain_path(const char *path)
{
    char before = '.';
    for (; *path != '\0'; before = *path++) {
        bool is_kept = isalnum((unsigned char)*path) || strchr("_-:", *path) != NULL ||
                       (unsigned char)*path >= 0x80;
        if (!is_kept && (*path != '.' || before == '.')) {
            return false;
        }
    }
    return before != '.';
}

static bool is_number(const char *text)
{
    char *end;
    return isfinite(strtod(text, &end)) && end > text && *end == '\0';
}

static bool is_time(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static void check_line(const lines *self)
{
    char line[MOST_OF_LINE];
    memcpy(line, self->line, self->size);
    line[self->size] = '\0';
    char *value = strchr(line, ' ');
    char *time = value != NULL ? strchr(value + 1, ' ') : NULL;
    if (time == NULL || strlen(line) != self->size) {
        finding("graphite: a line has not three fields: %.400s", line);
    }
    *value++ = '\0';
    *time++ = '\0';
    bool is_path = *line != '\0' && line[strcspn(line, "\t\r\v\f")] == '\0' &&
                   (self->tagged ? is_tagged_path(line) : is_plain_path(line));
    if (!is_path || !is_number(value) || !is_time(time)) {
        finding("graphite: carbon does not take \"%.400s\" \"%s\" \"%s\"", line, value, time);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool take_piece(const char *data, size_t size, void *ctx)
{
    lines *self = ctx;
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n') {
            check_line(self);
            self->count++;
            self->size = 0;
        } else if (self->size < sizeof self->line - 1) {
            self->line[self->size++] = data[i];
        } else {
            finding("graphite: a line is too long: %.400s", self->line);
        }
    }
    return true;
}

static size_t count_samples(const char *text)
{
    size_t count = 0;
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        count += *line != '#';
    }
    return count;
}

void check_graphite_lines(const made_snapshot *made, const char *text)
{
    static lines found;
    for (int tagged = 0; tagged < 2; tagged++) {
        uint64_t left_out = 0;
        promlet_graphite_encoding encoding = {.prefix = "a.b", .tagged = tagged != 0};
        found.tagged = encoding.tagged;
        found.count = 0;
        found.size = 0;
        promlet_status status =
            promlet_graphite_write(made->shown, &encoding, take_piece, &found, &left_out);
        if (status != PROMLET_OK || found.size != 0 ||
            found.count + left_out != count_samples(text)) {
            finding("graphite: %zu lines, and %zu left out, of %zu samples", found.count,
                    (size_t)left_out, count_samples(text));
        }
    }
}
