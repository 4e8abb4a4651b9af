/* SPDX-License-Identifier: Apache-2.0 */
/* Words that are likely to meet a rule, and any bytes and numbers beside them. */
#include "arguments.h"

#include <math.h>

#define MOST_VALUE_SIZE 40
#define LONG_VALUE_SIZE 1500

/* Texts of one operation; they live until the next one. */
static char texts[2 * PROMLET_MAX_LABELS][LONG_VALUE_SIZE + 1];
static size_t text_count;

void arguments_begin(void)
{
    text_count = 0;
}

/* A word of the list, or bytes of the input. */
static const char *read_word(input *in, const char *const *words, size_t count)
{
    size_t choice = input_choice(in, count + 1);
    if (choice < count) {
        return words[choice];
    }
    char *text = texts[text_count++];
    input_bytes(in, text, input_choice(in, MOST_VALUE_SIZE));
    return text;
}

#define READ_WORD(in, words) read_word((in), (words), sizeof(words) / sizeof(words)[0])

static const char *read_name(input *in)
{
    static const char *const names[] = {
        "a",
        "a_total",
        "a_created",
        "a_count",
        "a_sum",
        "a_bucket",
        "a_info",
        "b",
        "b_total",
        "b_seconds",
        "b_seconds_total",
        "c",
        "c_bytes",
        "_",
        ":",
        "x:y",
        "_total",
        "",
        "1a",
        "a b",
        "promlet_dropped",
        "promlet_series_overflow_total",
        "Zz",
        "a_total_total",
        NULL,
    };
    return READ_WORD(in, names);
}

static const char *read_help(input *in)
{
    static const char *const helps[] = {
        NULL, "", "Help.", "A \\ and\na line, \"quoted\".", "\xff\xe2\x82 \xf0\x9f\x98\x80", " ",
    };
    return READ_WORD(in, helps);
}

static const char *read_label(input *in)
{
    static const char *const labels[] = {
        "x", "y", "z",   "x1", "_x", "X", "le", "quantile", "__x", "otel_metric_overflow",
        "",  "1", "a:b",
    };
    return READ_WORD(in, labels);
}

static const char *read_unit(input *in)
{
    static const char *const units[] = {NULL, NULL, NULL, "", "seconds", "bytes", "total", "_"};
    return READ_WORD(in, units);
}

const char *read_value(input *in)
{
    static const char *const values[] = {
        "",
        "a",
        "b",
        "aa",
        "\\",
        "\"",
        "\n",
        "\\n",
        "a\"} 1\n",
        "\xff",
        "\xc3\x28",
        "\xed\xa0\x80",
        "\xf0\x9f\x98",
        "\xef\xbf\xbd",
        "\xf4\x90\x80\x80",
        "true",
    };
    static const size_t count = sizeof values / sizeof values[0];
    size_t choice = input_choice(in, count + 2);
    if (choice < count) {
        return values[choice];
    }
    char *text = texts[text_count++];
    if (choice == count) {
        input_bytes(in, text, input_choice(in, MOST_VALUE_SIZE));
        return text;
    }
    size_t size = (size_t)input_byte(in) * LONG_VALUE_SIZE / UINT8_MAX;
    memset(text, input_byte(in), size);
    text[size] = '\0';
    return text;
}

double read_double(input *in)
{
    static const double special[] = {
        0,      -0.0,       1,      -1,     0.5,      0.1,       2.5,    1e6,       1e15,
        0x1p53, 0x1p53 + 2, 0x1p63, 0x1p64, 1e300,    1e308,     -1e308, 0x1p-1074, 0x1p-1022,
        -0.25,  0.005,      10,     4.35,   INFINITY, -INFINITY, NAN,
    };
    static const size_t count = sizeof special / sizeof special[0];
    size_t choice = input_choice(in, count + 8);
    if (choice < count) {
        return special[choice];
    }
    uint64_t bits = input_u64(in);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

uint64_t read_amount(input *in)
{
    static const uint64_t special[] = {
        0, 1, 2, 1000, UINT64_C(1) << 53, UINT64_MAX, UINT64_MAX - 1};
    static const size_t count = sizeof special / sizeof special[0];
    size_t choice = input_choice(in, count + 2);
    return choice < count ? special[choice] : input_u64(in);
}

static void read_bounds(input *in, promlet_opts *options)
{
    static const double bad[] = {2, 1};
    static const double none[] = {0};
    static double bounds[8];
    switch (input_choice(in, 6)) {
    case 0:
    case 1:
        break;
    case 2:
        options->bounds = bad;
        options->bound_count = 2;
        break;
    case 3:
        options->bounds = none;
        break;
    case 4:
        options->bound_count = input_byte(in);
        break;
    default:
        options->bounds = bounds;
        options->bound_count = input_choice(in, 8);
        for (size_t i = 0; i < options->bound_count; i++) {
            bounds[i] = read_double(in);
        }
    }
}

/* Often none, and seldom more than two. */
static void read_const_labels(input *in, promlet_label *labels)
{
    size_t choice = input_choice(in, 8);
    size_t count = choice < 5 ? 0 : choice - 4;
    for (size_t i = 0; i < count; i++) {
        labels[i].name = read_label(in);
        labels[i].value = input_choice(in, 16) == 0 ? NULL : read_value(in);
    }
}

promlet_registry_opts read_registry_options(input *in)
{
    static const char *const prefixes[] = {NULL, "", "p_", "a", "_", "b_c:", "1", "a "};
    promlet_registry_opts options = {.prefix = READ_WORD(in, prefixes)};
    read_const_labels(in, options.const_labels);
    options.hide_empty_families = input_choice(in, 2) == 1;
    return options;
}

promlet_opts read_options(input *in)
{
    promlet_opts options = {.name = read_name(in)};
    size_t label_count = input_choice(in, 5);
    for (size_t i = 0; i < label_count; i++) {
        options.labels[i] = read_label(in);
    }
    options.help = read_help(in);
    options.unit = read_unit(in);
    read_bounds(in, &options);
    options.max_series = input_choice(in, 6);
    options.cells = (promlet_cells)(input_choice(in, 8) % 5);
    read_const_labels(in, options.const_labels);
    return options;
}
