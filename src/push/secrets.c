/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for secrets in the words of somebody else, before these become a message and go to logs. */
#include "push/secrets.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Less of a secret says nothing of it, and would be found everywhere. */
#define LEAST_BYTES 4

static void hide(char *text, size_t size)
{
    memset(text, '*', size);
}

/* How many bytes of the secret the text begins with: all of it, or what was left of it where the
   text was cut. 0: none. */
static size_t shown_size(const char *text, const char *secret, size_t secret_size)
{
    size_t size = 0;
    while (size < secret_size && text[size] == secret[size]) {
        size++;
    }
    bool is_cut = text[size] == '\0';
    return size >= LEAST_BYTES && (size == secret_size || is_cut) ? size : 0;
}

static void hide_all(char *text, const char *secret, size_t secret_size)
{
    while (*text != '\0') {
        size_t size = shown_size(text, secret, secret_size);
        hide(text, size);
        text += size > 0 ? size : 1;
    }
}

static void hide_string(char *text, const char *secret)
{
    if (secret != NULL) {
        hide_all(text, secret, strlen(secret));
    }
}

/* All that a URL has before its last '@', and the password by itself, as they are written there. */
static void hide_user(char *text, const char *url)
{
    const char *at = url != NULL ? strrchr(url, '@') : NULL;
    if (at == NULL) {
        return;
    }
    const char *scheme_end = strstr(url, "://");
    const char *user = scheme_end != NULL && scheme_end < at ? scheme_end + 3 : url;
    const char *colon = memchr(user, ':', (size_t)(at - user));
    hide_all(text, user, (size_t)(at - user));
    if (colon != NULL) {
        hide_all(text, colon + 1, (size_t)(at - colon - 1));
    }
}

/* Where a word is next, in letters of either case; the end of the text if nowhere. */
static char *find_word(char *text, const char *word)
{
    size_t size = strlen(word);
    while (*text != '\0' && strncasecmp(text, word, size) != 0) {
        text++;
    }
    return text;
}

/* The word behind a scheme. Credentials of Basic are encoded, which hides nothing. */
static void hide_behind(char *text, const char *scheme)
{
    for (text = find_word(text, scheme); *text != '\0'; text = find_word(text, scheme)) {
        text += strlen(scheme);
        hide(text, strcspn(text, " \t\r\n\"'<>,;"));
    }
}

void pml_push_hide_secrets(const pml_push_config *config, char *text)
{
    hide_string(text, config->options.password);
    hide_string(text, config->options.bearer_token);
    hide_user(text, config->options.proxy);
    hide_string(text, config->proxy_password);
    char *header = find_word(text, "authorization");
    hide_behind(header, "Basic ");
    hide_behind(header, "Bearer ");
}
