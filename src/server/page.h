/* SPDX-License-Identifier: Apache-2.0 */
/* The landing page. Its sources are in src/page, of which CMake makes a C file. */
#ifndef PML_SERVER_PAGE_H
#define PML_SERVER_PAGE_H

#include <promlet/http.h>

#include <stdbool.h>
#include <stddef.h>

/* What that C file holds. Between head and tail stands the path of the metrics, within the value of
   an attribute. */
typedef struct pml_server_page_source {
    const unsigned char *head;
    size_t head_size;
    const unsigned char *tail;
    size_t tail_size;
    const char *policy; /* The Content-Security-Policy, which allows what is in head and tail. */
} pml_server_page_source;

extern const pml_server_page_source pml_server_page_made;

/* The page of a server, which stays where it is. */
typedef struct pml_server_page {
    promlet_http_response response; /* Lent to whoever sends it, while the server lives. */
    promlet_http_header headers[5];
    promlet_http_piece pieces[3];
    char *path;
} pml_server_page;

/* path: that of the metrics; copied. Returns false when out of memory. */
bool pml_server_page_init(pml_server_page *page, const char *path);

/* A zeroed page is allowed. */
void pml_server_page_clear(pml_server_page *page);

#endif
