/* SPDX-License-Identifier: Apache-2.0 */
/* A list of findings. */
#include "tool/findings.h"

#include "tool/buffer.h"
#include "tool/memory.h"
#include "tool/plain.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for a sentence; names may be longer than anybody reads. */
#define SENTENCE_SIZE 400

void pml_findings_add(pml_findings *findings, const pml_finding *what, const char *format, ...)
{
    char sentence[SENTENCE_SIZE];
    va_list arguments;
    if (findings->errors_only && !what->is_error) {
        return;
    }
    *(what->is_error ? &findings->error_count : &findings->warning_count) += 1;
    if (findings->count == PML_MOST_FINDINGS) {
        return;
    }
    va_start(arguments, format);
    int size = vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    findings->items = pml_tool_grow(findings->items, &findings->capacity, findings->count + 1,
                                    sizeof *findings->items);
    pml_finding *added = &findings->items[findings->count];
    *added = *what;
    added->order = findings->count++;
    added->sentence = pml_tool_copy(sentence, size < 0                      ? 0
                                              : size < (int)sizeof sentence ? (size_t)size
                                                                            : sizeof sentence - 1);
    pml_make_plain(added->sentence, strlen(added->sentence));
}

static bool is_of_rule(const pml_finding *finding, const char *rule)
{
    return strcmp(finding->rule, rule) == 0;
}

/* What can't be read comes first, and last what the parser alone has a word for. */
static int rank_of(const pml_finding *finding)
{
    return is_of_rule(finding, "syntax") ? 0 : is_of_rule(finding, "format") ? 2 : 1;
}

static int compare_findings(const void *a, const void *b)
{
    const pml_finding *one = a;
    const pml_finding *other = b;
    if (one->line != other->line) {
        return one->line < other->line ? -1 : 1;
    }
    if (rank_of(one) != rank_of(other)) {
        return rank_of(one) - rank_of(other);
    }
    return one->order < other->order ? -1 : 1;
}

static void print_finding(const pml_finding *finding, const char *place)
{
    printf("%s:%zu:", place, finding->line);
    if (finding->column > 0) {
        printf("%zu:", finding->column);
    }
    printf(" %s: %s [%s]\n", finding->is_error ? "error" : "warning", finding->sentence,
           finding->rule);
}

/* A line that breaks the syntax may break more for that reason; one error of it is enough. And what
   the format forbids of samples has a better word where there is any other error of its line. */
static void drop_followers(pml_findings *findings)
{
    size_t kept = 0;
    size_t broken = SIZE_MAX; /* the last line with such an error */
    size_t found = SIZE_MAX;  /* the last line with any error */
    for (size_t i = 0; i < findings->count; i++) {
        pml_finding *each = &findings->items[i];
        bool is_follower = (!is_of_rule(each, "syntax") && each->line == broken) ||
                           (is_of_rule(each, "format") && each->line == found);
        if (each->is_error && is_follower) {
            findings->error_count--;
            free(each->sentence);
            continue;
        }
        broken = is_of_rule(each, "syntax") ? each->line : broken;
        found = each->is_error ? each->line : found;
        findings->items[kept++] = *each;
    }
    findings->count = kept;
}

void pml_findings_print(pml_findings *findings, const char *name)
{
    char *place = pml_tool_copy(name, strlen(name));
    pml_make_plain(place, strlen(place));
    if (findings->count > 0) {
        qsort(findings->items, findings->count, sizeof *findings->items, compare_findings);
    }
    drop_followers(findings);
    for (size_t i = 0; i < findings->count; i++) {
        print_finding(&findings->items[i], place);
    }
    size_t all = findings->error_count + findings->warning_count;
    if (all > findings->count) {
        printf("%s: and %zu more\n", place, all - findings->count);
    }
    free(place);
}

void pml_findings_free(pml_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        free(findings->items[i].sentence);
    }
    free(findings->items);
    *findings = (pml_findings){.items = NULL};
}
