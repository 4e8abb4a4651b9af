/* SPDX-License-Identifier: Apache-2.0 */
/* Strict readers of just that JSON, YAML and PromQL which dashboards and alert rules are made of.
 */
#include "dashboards.h"

#include "base/utf8.h"
#include "session.h"

#include <string.h>

#define MOST_TEXT 200000

/* What is being read, and the last string that was, without its escapes. */
typedef struct reader {
    const char *whole;
    const char *at;
    char string[MOST_TEXT];
    size_t size;
} reader;

static reader self;

__attribute__((noreturn)) static void fail(const char *what)
{
    finding("%s at byte %zu of:\n%s", what, (size_t)(self.at - self.whole), self.whole);
}

static void begin(const char *text)
{
    self.whole = self.at = text;
    if (!pml_utf8_is_valid(text, strlen(text))) {
        fail("no UTF-8");
    }
}

static bool take(char c)
{
    bool is_there = *self.at == c;
    self.at += is_there;
    return is_there;
}

static void want(char c)
{
    if (!take(c)) {
        fail("another character is wanted");
    }
}

/* ---- strings --------------------------------------------------------------------------------- */

static unsigned read_hex(int digits)
{
    static const char all[] = "0123456789abcdef";
    unsigned code = 0;
    for (; digits > 0; digits--) {
        const char *digit = *self.at != '\0' ? strchr(all, *self.at) : NULL;
        if (digit == NULL) {
            fail("no hexadecimal digit");
        }
        code = code * 16 + (unsigned)(digit - all);
        self.at++;
    }
    return code;
}

static void add(unsigned code)
{
    bool is_wide = code >= 0x80;
    char bytes[] = {(char)(code < 0x800 ? 0xc0 | code >> 6 : 0xe0 | code >> 12),
                    (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f))};
    if (self.size + sizeof bytes >= MOST_TEXT) {
        fail("a string is too long");
    }
    if (!is_wide) {
        self.string[self.size++] = (char)code;
    } else if (code < 0x800) {
        self.string[self.size++] = bytes[0];
        self.string[self.size++] = bytes[2];
    } else {
        memcpy(self.string + self.size, bytes, sizeof bytes);
        self.size += sizeof bytes;
    }
}

/* Behind a backslash. */
static unsigned read_escape(void)
{
    char c = *self.at++;
    switch (c) {
    case '"':
    case '\\':
        return (unsigned char)c;
    case 'n':
        return '\n';
    case 'u':
        return read_hex(4);
    default:
        self.at--;
        fail("no escape");
    }
}

/* A byte that YAML, or a string of JSON, does not take as it is. */
static bool is_forbidden(const char *at)
{
    const unsigned char *byte = (const unsigned char *)at;
    return byte[0] < ' ' || byte[0] == 0x7f || (byte[0] == 0xc2 && byte[1] < 0xa0) ||
           strncmp(at, "\xe2\x80\xa8", 3) == 0 || strncmp(at, "\xe2\x80\xa9", 3) == 0 ||
           strncmp(at, "\xef\xbb\xbf", 3) == 0 || strncmp(at, "\xef\xbf\xbe", 3) == 0 ||
           strncmp(at, "\xef\xbf\xbf", 3) == 0;
}

static void read_string(void)
{
    self.size = 0;
    want('"');
    while (!take('"')) {
        if (is_forbidden(self.at)) {
            fail("a character that needs an escape");
        }
        if (take('\\')) {
            add(read_escape());
        } else if (self.size + 4 < MOST_TEXT) {
            self.string[self.size++] = *self.at++;
        } else {
            fail("a string is too long");
        }
    }
    self.string[self.size] = '\0';
}

/* ---- PromQL ---------------------------------------------------------------------------------- */

static const char *end_of_promql_string(const char *at)
{
    static const char *const variables[] = {"\"$job\"", "\"$instance\""};
    for (size_t i = 0; i < 2; i++) {
        if (strncmp(at, variables[i], strlen(variables[i])) == 0) {
            return at + strlen(variables[i]) - 1;
        }
    }
    for (at++; *at != '"'; at++) {
        if (*at == '\0' || *at == '\n' || *at == '$' || *at == '[') {
            fail("a string of PromQL is open, or Grafana would see a variable in it");
        }
        if (*at == '\\' && strchr("x\"\\", *++at) == NULL) {
            fail("no escape of PromQL");
        }
    }
    return at;
}

/* The last string that was read is an expression. */
static void check_expression(void)
{
    char open[100];
    size_t depth = 0;
    for (const char *at = self.string; *at != '\0'; at++) {
        if (*at == '"') {
            at = end_of_promql_string(at);
        } else if (strchr("([{", *at) != NULL) {
            open[depth++] = *at == '(' ? ')' : *at == '[' ? ']' : '}';
        } else if (strchr(")]}", *at) != NULL) {
            if (depth == 0 || open[--depth] != *at) {
                fail("brackets that don't match");
            }
        } else if (strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "_:.,=~!<>+-*/$ ") == 0) {
            fail("a character that is none of PromQL");
        }
        if (depth == sizeof open) {
            fail("brackets are too deep");
        }
    }
    if (depth > 0) {
        fail("a bracket is open");
    }
}

/* The same, for a template of Prometheus: each action names a label or the value, or writes braces.
 */
static void check_template(void)
{
    const char *at = self.string;
    while ((at = strstr(at, "{{")) != NULL) {
        at += 2;
        if (strncmp(at, " \"{{\" }}", 8) != 0 && strncmp(at, " $labels.", 9) != 0 &&
            strncmp(at, " $value ", 8) != 0) {
            fail("a text became a template");
        }
        at = strstr(at, "}}");
        if (at == NULL) {
            fail("a template is open");
        }
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void skip_blanks(void)
{
    self.at += strspn(self.at, " \n");
}

static void read_value(int depth);

static void read_members(char end, int depth)
{
    skip_blanks();
    if (take(end)) {
        return;
    }
    do {
        bool is_expression = false;
        skip_blanks();
        if (end == '}') {
            read_string();
            is_expression = strcmp(self.string, "expr") == 0;
            want(':');
            skip_blanks();
        }
        read_value(depth + 1);
        if (is_expression) {
            check_expression();
        }
        skip_blanks();
    } while (take(','));
    want(end);
}

static void read_value(int depth)
{
    if (depth > 20) {
        fail("too deep");
    }
    if (*self.at == '"') {
        read_string();
    } else if (take('{')) {
        read_members('}', depth);
    } else if (take('[')) {
        read_members(']', depth);
    } else if (strncmp(self.at, "true", 4) == 0 || strncmp(self.at, "false", 5) == 0) {
        self.at += *self.at == 't' ? 4 : 5;
    } else {
        size_t digits = strspn(self.at, "0123456789");
        self.at += digits;
        if (digits == 0) {
            fail("no value");
        }
    }
}

static void check_json(const char *text)
{
    begin(text);
    read_value(0);
    skip_blanks();
    if (*self.at != '\0') {
        fail("something stands behind it");
    }
}

/* ---- YAML ------------------------------------------------------------------------------------ */

/* Lines `key:` or `key: "string"`, indented, with a dash before the first of a list. */
static void check_yaml(const char *text)
{
    begin(text);
    while (*self.at != '\0') {
        self.at += strspn(self.at, " -");
        const char *key = self.at;
        self.at += strspn(self.at, "abcdefghijklmnopqrstuvwxyz");
        bool is_expression = strncmp(key, "expr:", 5) == 0;
        bool is_template = strncmp(key, "summary:", 8) == 0 || strncmp(key, "metric:", 7) == 0 ||
                           strncmp(key, "description:", 12) == 0;
        want(':');
        if (take(' ')) {
            read_string();
        }
        if (is_expression) {
            check_expression();
        }
        if (is_template) {
            check_template();
        }
        want('\n');
    }
}

void check_dashboards(promlet_registry *registry)
{
    static const promlet_escaping escapings[] = {PROMLET_ESCAPING_NONE_ASKED,
                                                 PROMLET_ESCAPING_VALUES};
    for (size_t i = 0; i < sizeof escapings / sizeof escapings[0]; i++) {
        char *dashboard =
            promlet_dashboard(registry, &(promlet_dashboard_opts){.escaping = escapings[i]});
        char *rules =
            promlet_alert_rules(registry, &(promlet_alert_opts){.escaping = escapings[i]});
        if (dashboard == NULL || rules == NULL) {
            finding("no dashboard or no rules: %s", promlet_last_error());
        }
        check_json(dashboard);
        check_yaml(rules);
        promlet_free(dashboard);
        promlet_free(rules);
    }
}
