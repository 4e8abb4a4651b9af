/* SPDX-License-Identifier: Apache-2.0 */
/* Reading selectors, and asking whether a sample matches. */
#include "tool/selector.h"

#include "tool/memory.h"
#include "tool/series.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

typedef enum operator_kind { EQUAL, UNEQUAL, LIKE, UNLIKE } operator_kind;

typedef struct matcher {
    char *label;
    char *value;
    operator_kind kind;
    regex_t expression;
    bool has_expression;
} matcher;

struct pml_selector {
    matcher *matchers;
    size_t count;
    size_t capacity;
};

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct reader {
    const char *text; /* all of it */
    const char *at;
    pml_selector *selector;
    pml_buffer *why;
} reader;

static bool fail(reader *self, const char *what)
{
    pml_buffer_format(self->why, "selector %s: %s", self->text, what);
    return false;
}

static void skip_blanks(reader *self)
{
    self->at += strspn(self->at, " \t");
}

/* Behind the opening quote. */
static bool read_quoted(reader *self, char quote, pml_buffer *word)
{
    for (; *self->at != quote; self->at++) {
        if (*self->at == '\\' && self->at[1] != '\0') {
            self->at++;
            pml_buffer_put(word, *self->at == 'n' ? "\n" : self->at, 1);
        } else if (*self->at == '\0') {
            return fail(self, "a quote is not closed");
        } else {
            pml_buffer_put(word, self->at, 1);
        }
    }
    self->at++;
    return true;
}

/* A text in quotes, or what stands up to one of these characters. */
static bool read_word(reader *self, const char *ends, pml_buffer *word)
{
    skip_blanks(self);
    if (*self->at == '"' || *self->at == '\'') {
        char quote = *self->at++;
        return read_quoted(self, quote, word);
    }
    size_t size = strcspn(self->at, ends);
    const char *start = self->at;
    self->at += size;
    while (size > 0 && (start[size - 1] == ' ' || start[size - 1] == '\t')) {
        size--;
    }
    pml_buffer_put(word, start, size);
    return true;
}

static bool take(reader *self, const char *word)
{
    bool is_there = strncmp(self->at, word, strlen(word)) == 0;
    self->at += is_there ? strlen(word) : 0;
    return is_there;
}

static bool read_operator(reader *self, operator_kind *kind)
{
    skip_blanks(self);
    if (take(self, "=~")) {
        *kind = LIKE;
    } else if (take(self, "!~")) {
        *kind = UNLIKE;
    } else if (take(self, "!=")) {
        *kind = UNEQUAL;
    } else if (take(self, "=")) {
        *kind = EQUAL;
    } else {
        return fail(self, "behind a label comes =, !=, =~ or !~");
    }
    return true;
}

/* The expression must fit the whole value. */
static bool compile(reader *self, matcher *made)
{
    pml_buffer whole = {.bytes = NULL};
    char words[128];
    pml_buffer_format(&whole, "^(%s)$", made->value);
    int error = regcomp(&made->expression, whole.bytes, REG_EXTENDED | REG_NOSUB);
    made->has_expression = error == 0;
    if (error != 0) {
        (void)regerror(error, &made->expression, words, sizeof words);
        (void)fail(self, words);
    }
    pml_buffer_free(&whole);
    return error == 0;
}

static bool add_matcher(reader *self, const char *label, operator_kind kind, const char *value)
{
    pml_selector *selector = self->selector;
    selector->matchers = pml_tool_grow(selector->matchers, &selector->capacity, selector->count + 1,
                                       sizeof *selector->matchers);
    matcher *made = &selector->matchers[selector->count++];
    *made = (matcher){.kind = kind};
    made->label = pml_tool_copy(label, strlen(label));
    made->value = pml_tool_copy(value, strlen(value));
    return kind == EQUAL || kind == UNEQUAL || compile(self, made);
}

/* label="value", or a name in quotes that stands alone. */
static bool read_matcher(reader *self, bool is_first)
{
    pml_buffer label = {.bytes = NULL};
    pml_buffer value = {.bytes = NULL};
    operator_kind kind = EQUAL;
    bool is_read;
    skip_blanks(self);
    bool is_quoted = *self->at == '"' || *self->at == '\'';
    is_read = read_word(self, "=!~,}\"' \t", &label);
    skip_blanks(self);
    if (is_read && is_quoted && is_first && (*self->at == ',' || *self->at == '}')) {
        is_read = add_matcher(self, "__name__", EQUAL, pml_buffer_peek(&label));
    } else if (is_read && label.size == 0) {
        is_read = fail(self, "a label has no name");
    } else if (is_read) {
        is_read = read_operator(self, &kind) && read_word(self, ",}", &value) &&
                  add_matcher(self, pml_buffer_peek(&label), kind, pml_buffer_peek(&value));
    }
    pml_buffer_free(&label);
    pml_buffer_free(&value);
    return is_read;
}

/* Behind the opening brace. */
static bool read_matchers(reader *self)
{
    bool is_first = true;
    skip_blanks(self);
    while (!take(self, "}")) {
        if (!read_matcher(self, is_first)) {
            return false;
        }
        is_first = false;
        skip_blanks(self);
        if (!take(self, ",") && *self->at != '}') {
            return fail(self, "the labels are not closed by }");
        }
        skip_blanks(self);
    }
    skip_blanks(self);
    return *self->at == '\0' || fail(self, "something stands behind the }");
}

static bool read_selector(reader *self)
{
    pml_buffer name = {.bytes = NULL};
    skip_blanks(self);
    bool is_quoted = *self->at == '"' || *self->at == '\'';
    bool is_read = read_word(self, "{", &name);
    if (is_read && !is_quoted && strpbrk(pml_buffer_peek(&name), "()[]<>=!~}") != NULL) {
        is_read = fail(self, "functions, ranges and operators are not known here; names with such "
                             "characters stand in quotes");
    }
    if (is_read && name.size > 0) {
        is_read = add_matcher(self, "__name__", EQUAL, name.bytes);
    }
    if (is_read && take(self, "{")) {
        is_read = read_matchers(self);
    } else if (is_read && *self->at != '\0') {
        is_read = fail(self, "something stands behind the name");
    }
    pml_buffer_free(&name);
    return is_read;
}

pml_selector *pml_selector_new(const char *text, pml_buffer *why)
{
    reader self = {.text = text, .at = text, .why = why};
    self.selector = pml_tool_new(1, sizeof *self.selector);
    if (!read_selector(&self)) {
        pml_selector_free(self.selector);
        return NULL;
    }
    return self.selector;
}

void pml_selector_free(pml_selector *selector)
{
    if (selector == NULL) {
        return;
    }
    for (size_t i = 0; i < selector->count; i++) {
        matcher *each = &selector->matchers[i];
        if (each->has_expression) {
            regfree(&each->expression);
        }
        free(each->label);
        free(each->value);
    }
    free(selector->matchers);
    free(selector);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The value of a label; one that is not there is empty. */
static promlet_parsed_text value_of(const promlet_parsed_sample *sample, const char *label)
{
    if (strcmp(label, "__name__") == 0) {
        return sample->name;
    }
    for (size_t i = 0; i < sample->label_count; i++) {
        if (pml_text_is(&sample->labels[i].name, label)) {
            return sample->labels[i].value;
        }
    }
    return (promlet_parsed_text){"", 0};
}

static bool matches(const matcher *self, const promlet_parsed_sample *sample)
{
    promlet_parsed_text value = value_of(sample, self->label);
    switch (self->kind) {
    case EQUAL:
        return pml_text_is(&value, self->value);
    case UNEQUAL:
        return !pml_text_is(&value, self->value);
    case LIKE:
        return regexec(&self->expression, value.bytes, 0, NULL, 0) == 0;
    case UNLIKE:
        break;
    }
    return regexec(&self->expression, value.bytes, 0, NULL, 0) != 0;
}

bool pml_selector_matches(const pml_selector *selector, const promlet_parsed_sample *sample)
{
    for (size_t i = 0; i < selector->count; i++) {
        if (!matches(&selector->matchers[i], sample)) {
            return false;
        }
    }
    return true;
}
