/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of answers share: a response's body as one string, and its headers by name. For
   files that include <cmocka.h> before. */
#ifndef PML_TESTS_HTTP_RESPONSES_H
#define PML_TESTS_HTTP_RESPONSES_H

#include <promlet/http.h>

#include <stdlib.h>
#include <string.h>

/* The bytes of pieces, with a NUL behind them, to be freed with free(). Fails unless none is empty,
   and they have `size` bytes together. */
static inline char *join_pieces(const promlet_http_piece *pieces, size_t count, size_t size)
{
    char *bytes = malloc(size + 1);
    size_t at = 0;
    assert_non_null(bytes);
    for (size_t i = 0; i < count; i++) {
        assert_true(pieces[i].size > 0 && pieces[i].size <= size - at);
        memcpy(bytes + at, pieces[i].data, pieces[i].size);
        at += pieces[i].size;
    }
    assert_int_equal(at, size);
    bytes[at] = '\0';
    return bytes;
}

static inline char *body_of(const promlet_http_response *response)
{
    return join_pieces(response->pieces, response->piece_count, response->size);
}

/* The value of a header, NULL when it is not there. Fails when it is there twice. */
static inline const char *header_of(const promlet_http_response *response, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcmp(response->headers[i].name, name) == 0) {
            assert_null(value);
            value = response->headers[i].value;
        }
    }
    return value;
}

static inline void assert_header(const promlet_http_response *response, const char *name,
                                 const char *expected)
{
    const char *value = header_of(response, name);
    if (expected == NULL || value == NULL) {
        assert_ptr_equal(value, expected);
    } else {
        assert_string_equal(value, expected);
    }
}

static inline void assert_body(const promlet_http_response *response, const char *expected)
{
    char *body = body_of(response);
    assert_string_equal(body, expected);
    free(body);
}

#endif
