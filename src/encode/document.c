/* SPDX-License-Identifier: Apache-2.0 */
/* The documents that a snapshot can be written as, and the ways in which they leave promlet. */
#include "base/options.h"
#include "base/output.h"
#include "base/report.h"
#include "encode/openmetrics.h"
#include "encode/openmetrics2.h"
#include "encode/protobuf.h"
#include "encode/text.h"

#include <promlet/snapshot.h>

#define ESCAPING_COUNT (PROMLET_ESCAPING_ALLOW_UTF8 + 1)

/* One row a promlet_format, in its order. */
struct document {
    const char *content_types[ESCAPING_COUNT]; /* one a promlet_escaping, in its order */
    void (*encode)(pml_output *output, const promlet_snapshot *snapshot,
                   const promlet_encoding *encoding);
    const char *end;
};

#define TEXT_0_0_4 "text/plain; version=0.0.4; charset=utf-8"
#define TEXT_1_0_0 "text/plain; version=1.0.0; charset=utf-8; escaping="
#define OPENMETRICS_1_0_0 "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define OPENMETRICS_2_0_0 "application/openmetrics-text; version=2.0.0; charset=utf-8"
#define PROTOBUF                                                                                   \
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"

/* The same whatever the escaping is. */
#define ALWAYS(type)                                                                               \
    {                                                                                              \
        type, type, type, type, type                                                               \
    }

static const struct document documents[] = {
    [PROMLET_FORMAT_TEXT_0_0_4] = {ALWAYS(TEXT_0_0_4), pml_encode_text, ""},
    [PROMLET_FORMAT_TEXT_0_0_4_EOF] = {ALWAYS(TEXT_0_0_4), pml_encode_text, "# EOF\n"},
    [PROMLET_FORMAT_TEXT_1_0_0] = {{TEXT_1_0_0 "underscores", TEXT_1_0_0 "underscores",
                                    TEXT_1_0_0 "dots", TEXT_1_0_0 "values",
                                    TEXT_1_0_0 "allow-utf-8"},
                                   pml_encode_text,
                                   ""},
    [PROMLET_FORMAT_OPENMETRICS_1_0_0] = {{OPENMETRICS_1_0_0,
                                           OPENMETRICS_1_0_0 "; escaping=underscores",
                                           OPENMETRICS_1_0_0 "; escaping=dots",
                                           OPENMETRICS_1_0_0 "; escaping=values",
                                           OPENMETRICS_1_0_0 "; escaping=allow-utf-8"},
                                          pml_encode_openmetrics,
                                          "# EOF\n"},
    [PROMLET_FORMAT_OPENMETRICS_2_0_0] = {ALWAYS(OPENMETRICS_2_0_0), pml_encode_openmetrics2,
                                          "# EOF\n"},
    [PROMLET_FORMAT_PROTOBUF] = {ALWAYS(PROTOBUF), pml_encode_protobuf, ""},
};

/* ---- what is asked for ----------------------------------------------------------------------- */

/* An encoding whose fields are in their range, and its row. */
typedef struct plan {
    const struct document *document;
    promlet_encoding encoding;
} plan;

static promlet_status make_plan(plan *made, const promlet_encoding *given, size_t encoding_size)
{
    pml_options_size size = {encoding_size, sizeof made->encoding};
    promlet_status status =
        pml_options_read_plain(given, &made->encoding, size, "an encoding's fields");
    if (status != PROMLET_OK) {
        return status;
    }
    size_t format = (size_t)made->encoding.format;
    if (format >= sizeof documents / sizeof documents[0]) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%d is not a format", (int)made->encoding.format);
    }
    if ((size_t)made->encoding.escaping >= ESCAPING_COUNT) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%d is not an escaping",
                        (int)made->encoding.escaping);
    }
    made->document = &documents[format];
    return PROMLET_OK;
}

/* missing: what else the caller lacks; NULL: nothing. */
static promlet_status check_arguments(plan *made, const promlet_snapshot *snapshot,
                                      const promlet_encoding *encoding, size_t encoding_size,
                                      const char *missing)
{
    if (snapshot == NULL || missing != NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%s is NULL",
                        snapshot == NULL ? "the snapshot" : missing);
    }
    return make_plan(made, encoding, encoding_size);
}

const char *promlet_encoding_content_type_sized(const promlet_encoding *encoding,
                                                size_t encoding_size)
{
    plan made;
    return make_plan(&made, encoding, encoding_size) == PROMLET_OK
               ? made.document->content_types[made.encoding.escaping]
               : NULL;
}

const char *promlet_format_content_type(promlet_format format)
{
    size_t at = (size_t)format;
    return at < sizeof documents / sizeof documents[0]
               ? documents[at].content_types[PROMLET_ESCAPING_NONE_ASKED]
               : NULL;
}

/* ---- ways out -------------------------------------------------------------------------------- */

static void encode(const plan *made, pml_output *output, const promlet_snapshot *snapshot)
{
    made->document->encode(output, snapshot, &made->encoding);
    pml_output_append_text(output, made->document->end);
}

promlet_status promlet_snapshot_write_as_sized(const promlet_snapshot *snapshot,
                                               const promlet_encoding *encoding,
                                               promlet_write_fn write, void *ctx,
                                               size_t encoding_size)
{
    plan made;
    promlet_status status = check_arguments(&made, snapshot, encoding, encoding_size,
                                            write == NULL ? "the writer" : NULL);
    if (status != PROMLET_OK) {
        return status;
    }
    char piece[PROMLET_PIECE_SIZE];
    pml_output output;
    pml_output_start_writer(&output, piece, sizeof piece, write, ctx);
    encode(&made, &output, snapshot);
    status = pml_output_finish_writer(&output);
    return status == PROMLET_OK ? status : pml_fail(status, "the writer asked to stop");
}

promlet_status promlet_snapshot_copy_as_sized(const promlet_snapshot *snapshot,
                                              const promlet_encoding *encoding, char *buffer,
                                              size_t size, size_t *needed, size_t encoding_size)
{
    plan made;
    promlet_status status = check_arguments(&made, snapshot, encoding, encoding_size,
                                            buffer == NULL && size > 0 ? "the buffer" : NULL);
    if (status != PROMLET_OK) {
        return status;
    }
    pml_output output;
    pml_output_start_memory(&output, buffer, size);
    encode(&made, &output, snapshot);
    size_t total = pml_output_total(&output);
    if (needed != NULL) {
        *needed = total + 1;
    }
    if (size > 0) {
        buffer[total < size ? total : size - 1] = '\0';
    }
    return total < size ? PROMLET_OK
                        : pml_fail(PROMLET_ERROR_BUFFER_SIZE,
                                   "the text needs %zu bytes, the buffer has %zu", total + 1, size);
}

char *promlet_snapshot_string_as_sized(const promlet_snapshot *snapshot,
                                       const promlet_encoding *encoding, size_t *length,
                                       size_t encoding_size)
{
    plan made;
    if (check_arguments(&made, snapshot, encoding, encoding_size, NULL) != PROMLET_OK) {
        return NULL;
    }
    pml_output output;
    pml_output_start_string(&output);
    encode(&made, &output, snapshot);
    char *string = pml_output_take_string(&output, length);
    if (string == NULL) {
        (void)pml_fail_memory();
    }
    return string;
}

/* ---- the short forms ------------------------------------------------------------------------- */

promlet_status promlet_snapshot_write(const promlet_snapshot *snapshot, promlet_format format,
                                      promlet_write_fn write, void *ctx)
{
    promlet_encoding encoding = {.format = format};
    return promlet_snapshot_write_as(snapshot, &encoding, write, ctx);
}

promlet_status promlet_snapshot_copy(const promlet_snapshot *snapshot, promlet_format format,
                                     char *buffer, size_t size, size_t *needed)
{
    promlet_encoding encoding = {.format = format};
    return promlet_snapshot_copy_as(snapshot, &encoding, buffer, size, needed);
}

char *promlet_snapshot_string(const promlet_snapshot *snapshot, promlet_format format,
                              size_t *length)
{
    promlet_encoding encoding = {.format = format};
    return promlet_snapshot_string_as(snapshot, &encoding, length);
}
