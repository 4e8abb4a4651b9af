/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are read as a request for the metrics of a small registry. A model reads the query and says
 * which status must come back, and for which names; the document of these must be what the pieces
 * hold together, unpacked where they are compressed, and a strict reader of the tests' own must
 * take it. HEAD must be answered as GET is, but for the body.
 */
#include "requests.h"
#include "session.h"
#include "support/strict_openmetrics2.h"
#include "support/strict_protobuf.h"

#include <promlet/promlet.h>
#include <promlet/testing.h>

#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LEAST_GZIP_BYTES 1024

/* ---- the document ---------------------------------------------------------------------------- */

typedef struct document {
    promlet_encoding encoding;
    char *bytes;
    size_t size;
} document;

static document expect_document(promlet_registry *registry, const promlet_http_request *request,
                                const asked_names *wanted)
{
    document expected;
    promlet_filter filter = {.names = (const char *const *)wanted->all,
                             .name_count = wanted->count};
    promlet_snapshot *snapshot = wanted->count == 0
                                     ? promlet_snapshot_take(registry)
                                     : promlet_snapshot_take_filtered(registry, &filter);
    (void)promlet_negotiate(request->accept, request->formats, &expected.encoding);
    expected.encoding.with_created = request->with_created;
    expected.bytes = promlet_snapshot_string_as(snapshot, &expected.encoding, &expected.size);
    promlet_snapshot_release(snapshot);
    if (expected.bytes == NULL) {
        finding("no document: %s", promlet_last_error());
    }
    return expected;
}

static bool read_text_strictly(strict_document *read, const document *from)
{
    bool has_quotes = from->encoding.escaping == PROMLET_ESCAPING_ALLOW_UTF8;
    switch (from->encoding.format) {
    case PROMLET_FORMAT_OPENMETRICS_1_0_0:
        return strict_openmetrics_read_as(read, from->bytes, has_quotes);
    case PROMLET_FORMAT_OPENMETRICS_2_0_0:
        return strict_openmetrics2_read_as(read, from->bytes, has_quotes);
    default:
        break;
    }
    bool is_plain = from->encoding.format != PROMLET_FORMAT_TEXT_1_0_0;
    bool has_end = from->encoding.format == PROMLET_FORMAT_TEXT_0_0_4_EOF;
    return strict_document_read_as(
        read, from->bytes, has_end ? STRICT_WITH_EOF : STRICT_WITHOUT_EOF, has_quotes && !is_plain);
}

static void check_well_formed(const document *self)
{
    if (self->encoding.format == PROMLET_FORMAT_PROTOBUF) {
        strict_protobuf read;
        if (!strict_protobuf_read(&read, self->bytes, self->size)) {
            finding("not well-formed: %s", read.reading.why);
        }
        strict_protobuf_free(&read);
    } else {
        strict_document read;
        if (!read_text_strictly(&read, self)) {
            finding("not well-formed: %s\n%s", read.why, self->bytes);
        }
        strict_document_free(&read);
    }
}

/* ---- the response ---------------------------------------------------------------------------- */

static const char *header_of(const promlet_http_response *response, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < response->header_count; i++) {
        const promlet_http_header *header = &response->headers[i];
        if (strcmp(header->name, name) == 0) {
            if (value != NULL) {
                finding("%s stands twice", name);
            }
            value = header->value;
        }
        if (strpbrk(header->value, "\r\n") != NULL) {
            finding("%s has more than one line", header->name);
        }
    }
    return value;
}

/* Its bytes, with a NUL behind them. */
static char *join_pieces(const promlet_http_response *response)
{
    char *bytes = made(malloc(response->size + 1));
    size_t size = 0;
    for (size_t i = 0; i < response->piece_count; i++) {
        const promlet_http_piece *piece = &response->pieces[i];
        if (piece->size == 0 || piece->size > response->size - size) {
            finding("piece %zu of %zu bytes", i, piece->size);
        }
        memcpy(bytes + size, piece->data, piece->size);
        size += piece->size;
    }
    if (size != response->size) {
        finding("%zu bytes in pieces, %zu are said", size, response->size);
    }
    bytes[size] = '\0';
    return bytes;
}

/* What comes out must be the document, and nothing stands behind it. */
static void check_compressed(const char *bytes, size_t size, const document *expected)
{
    char *plain = made(malloc(expected->size + 1));
    z_stream stream = {.next_in = (Bytef *)bytes,
                       .avail_in = (uInt)size,
                       .next_out = (Bytef *)plain,
                       .avail_out = (uInt)expected->size + 1};
    if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) {
        exit(2);
    }
    if (inflate(&stream, Z_FINISH) != Z_STREAM_END || stream.avail_in != 0 ||
        stream.total_out != expected->size || memcmp(plain, expected->bytes, expected->size) != 0) {
        finding("another document comes out of the compression");
    }
    (void)inflateEnd(&stream);
    free(plain);
}

static void check_document(const promlet_http_request *request,
                           const promlet_http_response *response, const document *expected)
{
    bool is_gzip = !request->no_gzip && promlet_negotiate_gzip(request->accept_encoding) &&
                   expected->size >= LEAST_GZIP_BYTES;
    const char *coding = header_of(response, "Content-Encoding");
    if (is_gzip != (coding != NULL && strcmp(coding, "gzip") == 0)) {
        finding("Content-Encoding is %s", coding != NULL ? coding : "none");
    }
    const char *type = header_of(response, "Content-Type");
    if (type == NULL || strcmp(type, promlet_encoding_content_type(&expected->encoding)) != 0) {
        finding("Content-Type is %s", type != NULL ? type : "none");
    }
    char *bytes = join_pieces(response);
    if (is_gzip) {
        check_compressed(bytes, response->size, expected);
    } else if (response->size != expected->size ||
               memcmp(bytes, expected->bytes, expected->size) != 0) {
        finding("found\n%s\n-- expected\n%s", bytes, expected->bytes);
    }
    free(bytes);
}

/* The answer to HEAD has what that to GET has, but no body. */
static void check_head(promlet_registry *registry, const promlet_http_request *request,
                       const promlet_http_response *to_get)
{
    promlet_http_request head = *request;
    head.method = "HEAD";
    promlet_http_response *response = promlet_respond(registry, &head);
    if (response->piece_count != 0 || response->status != to_get->status ||
        response->size != to_get->size || response->header_count != to_get->header_count) {
        finding("HEAD: status %d, %zu bytes, %zu pieces", response->status, response->size,
                response->piece_count);
    }
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcmp(response->headers[i].value, to_get->headers[i].value) != 0) {
            finding("HEAD: %s: %s", response->headers[i].name, response->headers[i].value);
        }
    }
    promlet_http_response_release(response);
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* More than is compressed, and a name that not every reader can take. */
static promlet_registry *make_registry(void)
{
    if (promlet_testing_set_time(1e9) != PROMLET_OK) {
        finding("the clock: %s", promlet_last_error());
    }
    promlet_registry *registry = promlet_registry_new();
    promlet_registry_configure(
        registry, &(promlet_registry_opts){.utf8_names = true, .hide_self_metrics = true});
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "a_total"}));
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "b"}), 2.5);
    promlet_histogram_observe(
        promlet_histogram_new(registry, &(promlet_opts){.name = "c", PROMLET_BOUNDS(1, 2)}), 1.5);
    promlet_gauge_new(registry, &(promlet_opts){.name = "d.e", .help = "Dotted."});
    promlet_counter_family *many = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "many_total", .labels = {"n"}});
    for (int i = 0; i < 50; i++) {
        char n[16];
        (void)snprintf(n, sizeof n, "%d", i);
        promlet_counter_add(promlet_counter_with(many, n), i);
    }
    if (promlet_registry_status(registry, NULL) != PROMLET_OK) {
        finding("the registry: %s", promlet_last_error());
    }
    return registry;
}

static void check_answer(promlet_registry *registry, const promlet_http_request *request,
                         const asked_names *wanted)
{
    document expected = expect_document(registry, request, wanted);
    promlet_http_request get = *request;
    get.method = "GET";
    promlet_http_response *response = promlet_respond(registry, &get);
    check_document(request, response, &expected);
    check_well_formed(&expected);
    check_head(registry, request, response);
    promlet_http_response_release(response);
    promlet_free(expected.bytes);
}

static void check_status(const promlet_http_response *response, int expected,
                         const promlet_http_request *request)
{
    if (response->status != expected) {
        finding("status %d instead of %d for the query %s", response->status, expected,
                request->query != NULL ? request->query : "(none)");
    }
    if (header_of(response, "Content-Type") == NULL) {
        finding("status %d: of no type", expected);
    }
    if (!is_head(request)) {
        free(join_pieces(response));
    } else if (response->piece_count != 0) {
        finding("status %d: HEAD has a body", expected);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static promlet_registry *registry; /* the same for all inputs, and never freed */
    static asked_names wanted;
    if (registry == NULL) {
        registry = make_registry();
    }
    input in = {data, size};
    promlet_http_request request = read_request(&in);
    wanted = (asked_names){.count = 0};
    int status = expect_status(&request, &wanted);
    promlet_http_response *response = promlet_respond(registry, &request);
    check_status(response, status, &request);
    promlet_http_response_release(response);
    if (status == 200) {
        check_answer(registry, &request, &wanted);
    }
    free_names(&wanted);
    free_request(&request);
    return 0;
}
