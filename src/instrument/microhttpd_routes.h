/* SPDX-License-Identifier: Apache-2.0 */
/* The routes of a service: templates of paths, such as "/users/{id}". */
#ifndef PML_INSTRUMENT_MICROHTTPD_ROUTES_H
#define PML_INSTRUMENT_MICROHTTPD_ROUTES_H

#include <stddef.h>

/* What a path is counted under that no template fits. */
#define PML_MICROHTTPD_OTHER "other"

typedef struct pml_microhttpd_routes {
    const char **list; /* One block with the texts behind the pointers. */
    size_t count;
} pml_microhttpd_routes;

/* What is wrong with a template, as the end of a sentence; NULL if nothing is. */
const char *pml_microhttpd_route_fault(const char *route);

/* The first route that fits the path; else, and for NULL, PML_MICROHTTPD_OTHER. */
const char *pml_microhttpd_route_of_path(const pml_microhttpd_routes *routes, const char *path);

/* The route that is written so; else, and for NULL, PML_MICROHTTPD_OTHER. */
const char *pml_microhttpd_route_named(const pml_microhttpd_routes *routes, const char *name);

#endif
