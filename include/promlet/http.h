/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a scrape, for those who have an HTTP server of their own, whatever library it is
   built on. Link promlet::http (pkg-config: promlet-http). */
#ifndef PROMLET_HTTP_H
#define PROMLET_HTTP_H

#include <promlet/export.h>
#include <promlet/negotiation.h>
#include <promlet/registry.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** How many names a query may ask for. */
#define PROMLET_MAX_QUERY_NAMES 1024

/** How many bytes these names may have together. */
#define PROMLET_MAX_QUERY_NAME_BYTES 65536

/**
 * What a client asks for. Zero it, then set what is known; the strings are lent for the call. The
 * struct grows at its end only.
 */
typedef struct promlet_http_request {
    /** "GET" or "HEAD", in capitals; another one is answered with 405. NULL: "GET". */
    const char *method;
    /** What follows the `?` of the target, with its escapes, such as "name[]=up&name%5B%5D=a".
        `name[]` chooses families, as in promlet_filter.names; other parameters mean nothing here.
        NULL: nothing follows. */
    const char *query;
    /** The value of the header Accept, several joined by ", ". NULL: there is none. */
    const char *accept;
    /** The value of the header Accept-Encoding, several joined by ", ". NULL: there is none. */
    const char *accept_encoding;
    /** The formats that the client may choose from, as a set of PROMLET_FORMAT_BIT(); 0: all. */
    unsigned int formats;
    /** Nothing is compressed, whatever the client asks for. */
    bool no_gzip;
    /** See promlet_encoding.with_created. */
    bool with_created;
} promlet_http_request;

/** A header to be sent. */
typedef struct promlet_http_header {
    /** Such as "Content-Type". */
    const char *name;
    /** One line. */
    const char *value;
} promlet_http_header;

/** Some bytes of a body, as writev() and its like take them. */
typedef struct promlet_http_piece {
    /** Not terminated by a NUL. */
    const void *data;
    /** At least 1. */
    size_t size;
} promlet_http_piece;

/**
 * What to send to the client. It is made by promlet_respond() and only read by its users. The
 * struct grows at its end only.
 */
typedef struct promlet_http_response {
    /** 200; 400 for a query that can't be read or asks for too much; 405 for another method; 500
        without memory or with a wrong argument; 503 in a callback or collector, where no metrics
        can be had. */
    int status;
    /** What to send beside Content-Length, which is `size`. Constant strings. */
    const promlet_http_header *headers;
    /** How many there are. */
    size_t header_count;
    /** The body, in order: one piece up to some 100 KiB, and fewer than 300 up to a GiB. */
    const promlet_http_piece *pieces;
    /** How many there are; 0 for HEAD, whose answer has no body, and for an empty document. */
    size_t piece_count;
    /** The bytes of the body, for HEAD of the one that GET would have. */
    size_t size;
} promlet_http_response;

/**
 * Answer a request for metrics. Which path that is, and who may ask, is the server's to say. The
 * metrics are collected and written in the calling thread, which takes as long as the callbacks and
 * the number of series make it; threads that ask at the same time share one snapshot. The body is
 * what promlet::server would send: in the format that the client likes best, see
 * <promlet/negotiation.h>; compressed if it may be, promlet was built with zlib, and the document
 * has 1 KiB or more.
 *
 * Call it as promlet_respond(registry, request), which passes request_size along.
 *
 * registry      what to show; NULL: the default one.
 * request       lent for the call; NULL: GET, with no query and no headers.
 * request_size  sizeof(promlet_http_request) as the caller was compiled.
 * Returns: a response, never NULL, to be given back with promlet_http_response_release(). When its
 * status is 500 or 503, promlet_last_error() says why.
 * Thread-safe: yes; waits for other snapshots of the registry, never for a recorder.
 * Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_http_response *promlet_respond_sized(promlet_registry *registry,
                                                         const promlet_http_request *request,
                                                         size_t request_size);

/**
 * Give back a response, once its headers and pieces are sent or copied.
 *
 * response  from promlet_respond(); NULL is allowed; not valid afterwards.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_http_response_release(promlet_http_response *response);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_http_response *promlet_respond(promlet_registry *registry,
                                              const promlet_http_request *request)
{
    return promlet_respond_sized(registry, request, sizeof(promlet_http_request));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_respond(...) promlet_respond_sized(__VA_ARGS__, sizeof(promlet_http_request))
#endif

#endif
