/* SPDX-License-Identifier: Apache-2.0 */
/* Options on the command line. Each command names the ones that it knows by their letters. */
#include "tool/command.h"
#include "tool/headers.h"
#include "tool/plain.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TIMEOUT_SECONDS 10
#define DEFAULT_MAX_BYTES ((size_t)256 << 20)

typedef bool (*apply_fn)(pml_arguments *arguments, const char *value);

/* ---- values ---------------------------------------------------------------------------------- */

static bool read_seconds(const char *value, double *seconds)
{
    char *end;
    *seconds = strtod(value, &end);
    return end != value && *end == '\0' && *seconds >= 0.01 && *seconds <= 86400;
}

static bool read_size(const char *value, size_t least, size_t most, size_t *size)
{
    char *end;
    double number = strtod(value, &end);
    double factor = *end == 'K' ? 0x1p10 : *end == 'M' ? 0x1p20 : *end == 'G' ? 0x1p30 : 1;
    end += factor > 1;
    if (end == value || *end != '\0' || !(number * factor >= (double)least) ||
        number * factor > (double)most) {
        return false;
    }
    *size = (size_t)(number * factor);
    return true;
}

static bool set_format(pml_arguments *arguments, const char *value)
{
    static const char *const names[] = {
        [PROMLET_PARSE_TEXT] = "text",
        [PROMLET_PARSE_OPENMETRICS] = "openmetrics",
        [PROMLET_PARSE_OPENMETRICS2] = "openmetrics2",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(value, names[i]) == 0) {
            arguments->source.format = (promlet_parse_format)i;
            arguments->source.has_format = true;
            return true;
        }
    }
    return false;
}

static bool set_timeout(pml_arguments *arguments, const char *value)
{
    return read_seconds(value, &arguments->source.timeout_seconds);
}

static bool set_max_bytes(pml_arguments *arguments, const char *value)
{
    return read_size(value, 1, (size_t)1 << 40, &arguments->source.max_bytes);
}

static bool set_unix_socket(pml_arguments *arguments, const char *value)
{
    arguments->source.unix_socket = value;
    return *value != '\0';
}

static bool set_ca_file(pml_arguments *arguments, const char *value)
{
    arguments->source.ca_file = value;
    return *value != '\0';
}

static bool add_header(pml_arguments *arguments, const char *value)
{
    return pml_headers_add(&arguments->source, value, &arguments->why);
}

static bool set_interval(pml_arguments *arguments, const char *value)
{
    return read_seconds(value, &arguments->interval_seconds);
}

static bool set_width(pml_arguments *arguments, const char *value)
{
    return read_size(value, 20, 1000, &arguments->width);
}

static bool set_once(pml_arguments *arguments, const char *value)
{
    (void)value;
    return arguments->is_once = true;
}

static bool set_errors_only(pml_arguments *arguments, const char *value)
{
    (void)value;
    return arguments->errors_only = true;
}

static bool set_values_only(pml_arguments *arguments, const char *value)
{
    (void)value;
    return arguments->values_only = true;
}

static bool set_names_only(pml_arguments *arguments, const char *value)
{
    (void)value;
    return arguments->names_only = true;
}

static bool set_by_name(pml_arguments *arguments, const char *value)
{
    (void)value;
    return arguments->is_sorted_by_name = true;
}

/* ---- the table ------------------------------------------------------------------------------- */

static const struct option_row {
    char letter; /* for pml_command.options, and the short form */
    const char *name;
    const char *value; /* what its value is called; NULL: it has none */
    const char *help;
    apply_fn apply;
} rows[] = {
    {'f', "format", "NAME", "text, openmetrics or openmetrics2", set_format},
    {'t', "timeout", "SECONDS", "for a whole answer; 10", set_timeout},
    {'m', "max-bytes", "SIZE", "the largest answer, and file that is kept, as 10M or 1G; 256M",
     set_max_bytes},
    {'u', "unix-socket", "PATH", "connect to this socket instead of the URL's host",
     set_unix_socket},
    {'H', "header", "LINE", "a further header, as 'Name: value'; @FILE has one a line", add_header},
    {'C', "cacert", "FILE", "certificates of those who may sign the server's", set_ca_file},
    {'e', "errors-only", NULL, "no warnings", set_errors_only},
    {'v', "values-only", NULL, "values without the names of their series", set_values_only},
    {'s', "no-values", NULL, "families and series only", set_names_only},
    {'r', "rates", "SECONDS", "B is so much later than A: show how much a second", set_interval},
    {'i', "interval", "SECONDS", "between two scrapes; 2", set_interval},
    {'1', "once", NULL, "print one screen as text and end", set_once},
    {'n', "by-name", NULL, "sort by name, not by what happens most", set_by_name},
    {'w', "width", "COLUMNS", "of the text; the terminal's, or 80", set_width},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static const struct option_row *find_row(int letter)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].letter == letter) {
            return &rows[i];
        }
    }
    return NULL;
}

static void make_options(const pml_command *command, struct option *longs, char *shorts)
{
    size_t count = 0;
    *shorts++ = ':'; /* a missing value is told from an unknown option */
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strchr(command->options, rows[i].letter) != NULL) {
            int has_value = rows[i].value != NULL ? required_argument : no_argument;
            longs[count++] = (struct option){rows[i].name, has_value, NULL, rows[i].letter};
            *shorts++ = rows[i].letter;
            if (rows[i].value != NULL) {
                *shorts++ = ':';
            }
        }
    }
    longs[count++] = (struct option){"help", no_argument, NULL, 'h'};
    longs[count] = (struct option){NULL, 0, NULL, 0};
    *shorts++ = 'h';
    *shorts = '\0';
}

void pml_arguments_help(const pml_command *command)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strchr(command->options, rows[i].letter) != NULL) {
            char form[64];
            (void)snprintf(form, sizeof form, "-%c, --%s%s%s", rows[i].letter, rows[i].name,
                           rows[i].value != NULL ? " " : "",
                           rows[i].value != NULL ? rows[i].value : "");
            printf("  %-28s %s\n", form, rows[i].help);
        }
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

int pml_trouble(const char *format, ...)
{
    pml_buffer sentence = {.bytes = NULL};
    va_list arguments;
    va_start(arguments, format);
    pml_buffer_format_list(&sentence, format, arguments);
    va_end(arguments);
    pml_make_plain(sentence.bytes, sentence.size);
    (void)fflush(stdout);
    (void)fprintf(stderr, "promlet: %s\n", pml_buffer_peek(&sentence));
    pml_buffer_free(&sentence);
    return PML_TOOL_TROUBLE;
}

int pml_finish_output(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return pml_trouble("the output can't be written");
    }
    return status;
}

/* An option that the command does not have, or has without a value. What is given as its value is
   not shown: it may be a secret, behind a name with a slip in it. */
static int refuse_option(const pml_command *command, const char *said)
{
    bool is_unknown = optopt == 0 || (optopt != 'h' && strchr(command->options, optopt) == NULL);
    if (optopt != 0 && is_unknown) { /* a letter, perhaps with others behind it */
        return pml_trouble("%s: -%c is no option of it; see promlet help %s", command->name, optopt,
                           command->name);
    }
    return pml_trouble("%s: %.*s %s; see promlet help %s", command->name, (int)strcspn(said, "="),
                       said, is_unknown ? "is no option of it" : "takes no value", command->name);
}

static int apply(pml_arguments *arguments, const pml_command *command, int letter, const char *said)
{
    const struct option_row *row = find_row(letter);
    if (letter == 'h') {
        return -1;
    }
    if (letter == ':') {
        return pml_trouble("%s: %s needs a value; see promlet help %s", command->name, said,
                           command->name);
    }
    if (row == NULL) {
        return refuse_option(command, said);
    }
    if (!row->apply(arguments, optarg)) {
        return arguments->why.size > 0
                   ? pml_trouble("%s: --%s: %s", command->name, row->name, arguments->why.bytes)
                   : pml_trouble("%s: --%s %s is not possible; see promlet help %s", command->name,
                                 row->name, optarg, command->name);
    }
    return PML_TOOL_OK;
}

static int check_places(const pml_arguments *arguments, const pml_command *command)
{
    size_t count = arguments->place_count;
    for (size_t i = count; i < sizeof command->needed / sizeof command->needed[0]; i++) {
        if (command->needed[i] != NULL) {
            return pml_trouble("%s: %s is missing; usage: promlet %s %s", command->name,
                               command->needed[i], command->name, command->synopsis);
        }
    }
    if (count > command->max_places) {
        return pml_trouble("%s: %s is one too many; usage: promlet %s %s", command->name,
                           arguments->places[command->max_places], command->name,
                           command->synopsis);
    }
    return PML_TOOL_OK;
}

int pml_arguments_read(pml_arguments *arguments, const pml_command *command, int argc, char **argv)
{
    struct option longs[ROW_COUNT + 2];
    char shorts[3 * ROW_COUNT + 3];
    int status = PML_TOOL_OK;
    int letter;
    *arguments = (pml_arguments){
        .source = {.timeout_seconds = DEFAULT_TIMEOUT_SECONDS, .max_bytes = DEFAULT_MAX_BYTES}};
    make_options(command, longs, shorts);
    opterr = 0;
    optind = 1;
    while (status == PML_TOOL_OK && (letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        status = apply(arguments, command, letter, argv[optind - 1]);
    }
    arguments->places = argv + optind;
    arguments->place_count = (size_t)(argc - optind);
    return status == PML_TOOL_OK ? check_places(arguments, command) : status;
}

void pml_arguments_free(pml_arguments *arguments)
{
    pml_headers_free(&arguments->source);
    pml_buffer_free(&arguments->why);
}
