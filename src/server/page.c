/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the path of the metrics into the landing page. What the page does is in src/page. */
#include "server/page.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What a character of an attribute's value is written as; NULL: as it is. */
static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Returns NULL when out of memory. */
static char *escape(const char *path)
{
    static const size_t longest = sizeof "&quot;" - 1;
    char *escaped = malloc(strlen(path) * longest + 1);
    if (escaped == NULL) {
        return NULL;
    }
    char *end = escaped;
    for (; *path != '\0'; path++) {
        const char *text = escape_of(*path);
        if (text != NULL) {
            end = stpcpy(end, text);
        } else {
            *end++ = *path;
        }
    }
    *end = '\0';
    return escaped;
}

static void set_headers(pml_server_page *page)
{
    const promlet_http_header headers[COUNT_OF(page->headers)] = {
        {"Content-Type", "text/html; charset=utf-8"},
        {"Content-Security-Policy", pml_server_page_made.policy},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
    };
    memcpy(page->headers, headers, sizeof headers);
}

static void set_pieces(pml_server_page *page)
{
    const promlet_http_piece pieces[COUNT_OF(page->pieces)] = {
        {pml_server_page_made.head, pml_server_page_made.head_size},
        {page->path, strlen(page->path)},
        {pml_server_page_made.tail, pml_server_page_made.tail_size},
    };
    memcpy(page->pieces, pieces, sizeof pieces);
}

bool pml_server_page_init(pml_server_page *page, const char *path)
{
    page->path = escape(path);
    if (page->path == NULL) {
        return false;
    }
    set_headers(page);
    set_pieces(page);
    page->response = (promlet_http_response){
        .status = 200,
        .headers = page->headers,
        .header_count = COUNT_OF(page->headers),
        .pieces = page->pieces,
        .piece_count = COUNT_OF(page->pieces),
        .size = page->pieces[0].size + page->pieces[1].size + page->pieces[2].size,
    };
    return true;
}

void pml_server_page_clear(pml_server_page *page)
{
    free(page->path);
}
