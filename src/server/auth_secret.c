/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps and compares secrets. No digest is needed for that: both sides are brought to one size that
   is longer than any secret, and every byte of it is looked at. */
#define _DEFAULT_SOURCE /* explicit_bzero() */

#include "server/auth_secret.h"

#include <string.h>

void pml_server_secret_wipe(pml_server_secret *secret)
{
    explicit_bzero(secret, sizeof *secret);
}

bool pml_server_secret_set(pml_server_secret *secret, const char *bytes, size_t size)
{
    memset(secret, 0, sizeof *secret);
    if (size > PML_SERVER_SECRET_BYTES) {
        return false;
    }
    memcpy(secret->words, bytes, size);
    secret->size = size;
    return true;
}

/* The differences of all words go into one, which is judged at the end. Being volatile, it can't be
   judged earlier. */
static bool are_equal(const pml_server_secret *a, const pml_server_secret *b)
{
    volatile uint64_t difference = a->size ^ b->size;
    for (size_t i = 0; i < sizeof a->words / sizeof a->words[0]; i++) {
        difference |= a->words[i] ^ b->words[i];
    }
    return difference == 0;
}

bool pml_server_secret_equals(const pml_server_secret *secret, const char *bytes, size_t size)
{
    pml_server_secret shown;
    if (!pml_server_secret_set(&shown, bytes, size)) {
        return false;
    }
    bool is_equal = are_equal(secret, &shown) && secret->size != 0;
    pml_server_secret_wipe(&shown);
    return is_equal;
}

/* ---- base64 ---------------------------------------------------------------------------------- */

/* Up to three bytes as four digits; what is missing to three is shown by '='. */
static void encode_group(const unsigned char *bytes, size_t count, char digits[4])
{
    static const char digit_of[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = (uint32_t)bytes[0] << 16 | (count > 1 ? (uint32_t)bytes[1] << 8 : 0) |
                    (count > 2 ? bytes[2] : 0);
    digits[0] = digit_of[bits >> 18];
    digits[1] = digit_of[bits >> 12 & 63];
    digits[2] = count > 1 ? digit_of[bits >> 6 & 63] : '=';
    digits[3] = count > 2 ? digit_of[bits & 63] : '=';
}

static size_t encode(const unsigned char *bytes, size_t size, char *text)
{
    size_t written = 0;
    for (size_t i = 0; i < size; i += 3) {
        encode_group(bytes + i, size - i, text + written);
        written += 4;
    }
    return written;
}

bool pml_server_secret_set_basic(pml_server_secret *secret, const char *username,
                                 const char *password)
{
    unsigned char pair[PML_SERVER_SECRET_BYTES / 4 * 3];
    char text[PML_SERVER_SECRET_BYTES];
    size_t name_size = strlen(username);
    size_t size = name_size + 1 + strlen(password);
    memset(secret, 0, sizeof *secret);
    if (size > sizeof pair) {
        return false;
    }
    memcpy(pair, username, name_size);
    pair[name_size] = ':';
    memcpy(pair + name_size + 1, password, size - name_size - 1);
    bool is_set = pml_server_secret_set(secret, text, encode(pair, size, text));
    explicit_bzero(pair, sizeof pair);
    explicit_bzero(text, sizeof text);
    return is_set;
}
