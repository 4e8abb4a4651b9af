/* SPDX-License-Identifier: Apache-2.0 */
/* Takes from the environment whether stages are measured; nothing else of a client is there. */
#define _GNU_SOURCE /* secure_getenv() */
#include "instrument/db_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE "PROMLET_DB_STAGES"

/* More of a wrong value is cut, so that the rule behind it is always seen. */
#define VALUE_SHOWN 100

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* By ASCII alone: what a locale takes for an i must not matter. */
static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_word(const char *text, size_t size, const char *word)
{
    if (strlen(word) != size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (lower(text[i]) != word[i]) {
            return false;
        }
    }
    return true;
}

static bool is_one_of(const char *text, size_t size, const char *const words[4])
{
    for (size_t i = 0; i < 4; i++) {
        if (is_word(text, size, words[i])) {
            return true;
        }
    }
    return false;
}

promlet_status promlet_db_client_set_stages_from_env(promlet_db_client *client)
{
    static const char *const on[] = {"1", "true", "yes", "on"};
    static const char *const off[] = {"0", "false", "no", "off"};
    const char *text = pml_db_text(secure_getenv(VARIABLE));
    while (is_blank(*text)) {
        text++;
    }
    size_t size = strlen(text);
    while (size > 0 && is_blank(text[size - 1])) {
        size--;
    }
    bool is_on = is_one_of(text, size, on);
    if (!is_on && size > 0 && !is_one_of(text, size, off)) {
        char sentence[256];
        (void)snprintf(sentence, sizeof sentence,
                       VARIABLE ": \"%.*s\" is none of 1, true, yes, on, 0, false, no and off",
                       size < VALUE_SHOWN ? (int)size : VALUE_SHOWN, text);
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
    }
    if (size > 0) {
        promlet_db_client_set_stages(client, is_on);
    }
    return PROMLET_OK;
}
