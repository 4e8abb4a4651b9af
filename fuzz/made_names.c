/* SPDX-License-Identifier: Apache-2.0 */
/* Words that are likely to meet a rule of escaping, and any bytes beside them. */
#include "made_names.h"

#include "made.h"
#include "support/strict_words.h"

#include <stdint.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MOST_WORD_SIZE 40
#define LONG_TEXT_STEP 8

/* With a question mark for each byte that is not UTF-8. */
static void make_valid(char *text)
{
    while (*text != '\0') {
        size_t size = strict_utf8_size((const unsigned char *)text);
        *text = size == 0 ? '?' : *text;
        text += size == 0 ? 1 : size;
    }
}

static char *read_bytes(input *in)
{
    size_t size = input_choice(in, MOST_WORD_SIZE);
    char word[MOST_WORD_SIZE + 1];
    input_bytes(in, word, size);
    make_valid(word);
    size = strlen(word) + 1;
    return memcpy(made_take(size), word, size);
}

static char *copy_of(const char *word)
{
    size_t size = strlen(word) + 1;
    return memcpy(made_take(size), word, size);
}

static char *read_long_text(input *in)
{
    static const char *const pieces[] = {"a", "\\", "\"", "\n", "\xc3\xa9", "\xf0\x9f\x98\x80"};
    size_t bytes = (size_t)input_byte(in) * LONG_TEXT_STEP;
    const char *piece = pieces[input_choice(in, COUNT(pieces))];
    size_t size = strlen(piece);
    size_t count = bytes / size;
    char *text = made_take(count * size + 1);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * size, piece, size);
    }
    text[count * size] = '\0';
    return text;
}

char *read_made_text(input *in, bool is_long)
{
    static const char *const texts[] = {
        "",        "a",        "\\",        "\"",           "\n",
        "\\n",     "a\"} 1\n", " ",         "\xef\xbf\xbd", "true",
        "# EOF\n", ",b=\"c\"", "0123456\\", "01234567\"",   "\xf0\x9f\x98\x80",
    };
    size_t choice = input_choice(in, COUNT(texts) + 3);
    if (choice < COUNT(texts)) {
        return copy_of(texts[choice]);
    }
    return choice == COUNT(texts) && is_long ? read_long_text(in) : read_bytes(in);
}

char *read_made_name(input *in, char letter, const char *suffix)
{
    static const char *const starts[] = {"", "", "", ".", "1", "\xc3\xa9", "\"", "\\", "\n", "_"};
    static const char *const words[] = {
        "",   "",          "_b", "a_total",          ":b",    ".b",
        "..", "_._",       " ",  "\xc3\xa9",         "\"",    "\\",
        "\n", "=\"c\"} 1", ",",  "\xf0\x9f\x98\x80", "_dot_", "\\n"};
    const char *start = starts[input_choice(in, COUNT(starts))];
    size_t choice = input_choice(in, COUNT(words) + 2);
    const char *word = choice < COUNT(words) ? words[choice] : read_bytes(in);
    size_t size = strlen(start) + 1 + strlen(word) + strlen(suffix) + 1;
    char *name = made_take(size);
    (void)snprintf(name, size, "%s%c%s%s", start, letter, word, suffix);
    return name;
}
