/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blanks. The text format allows as many as one likes anywhere between the parts of a line, but
 * what reads it does not: Prometheus refuses a whole document for one before a sample, or for a
 * second one before a type, and promtool for one at the end.
 */
#include "tool/rules.h"

#include <string.h>

/* A line may be longer than anybody wants to keep; what is judged stands at its beginning. */
#define MOST_KEPT 4096

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* Where the name of a line `# TYPE` ends; NULL for other lines. */
static const char *behind_name(const char *line)
{
    const char *at = *line == '#' ? skip_blanks(line + 1) : line;
    if (at == line || strncmp(at, "TYPE", 4) != 0 || !is_blank(at[4])) {
        return NULL;
    }
    at = skip_blanks(at + 4);
    return at + strcspn(at, " \t");
}

static void judge(pml_line_rules *rules)
{
    const pml_finding what = {.line = rules->line + 1, .is_error = true, .rule = "blank"};
    const char *line = pml_buffer_peek(&rules->start);
    const char *name_end = behind_name(line);
    if (*skip_blanks(line) == '\0') {
        return;
    }
    if (is_blank(*line)) {
        pml_findings_add(rules->findings, &what,
                         "a blank at the beginning of a line makes Prometheus refuse all of it");
    } else if (name_end != NULL && is_blank(*name_end) && is_blank(name_end[1])) {
        pml_findings_add(rules->findings, &what,
                         "a second blank before the type makes Prometheus refuse all of it");
    } else if (is_blank(rules->last) && (*line != '#' || name_end != NULL)) {
        pml_findings_add(rules->findings, &what,
                         "a blank at the end of a line is refused by some readers");
    }
}

void pml_line_rules_look(pml_line_rules *rules, const char *bytes, size_t size)
{
    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t length = end != NULL ? (size_t)(end - bytes) : size;
        size_t room = MOST_KEPT - rules->start.size;
        pml_buffer_put(&rules->start, bytes, length < room ? length : room);
        rules->last = length > 0 ? bytes[length - 1] : rules->last;
        if (end != NULL) {
            judge(rules);
            pml_buffer_clear(&rules->start);
            rules->last = '\0';
            rules->line++;
            length++;
        }
        bytes += length;
        size -= length;
    }
}

void pml_line_rules_free(pml_line_rules *rules)
{
    pml_buffer_free(&rules->start);
}
