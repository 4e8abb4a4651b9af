/* SPDX-License-Identifier: Apache-2.0 */
/* The documents that a snapshot can be written as, and the ways in which they leave promlet. */
#include "base/output.h"
#include "base/report.h"
#include "encode/text.h"

#include <promlet/snapshot.h>

/* One row a promlet_format, in its order. */
struct document {
    const char *content_type;
    void (*encode)(pml_output *output, const promlet_snapshot *snapshot);
    const char *end;
};

#define TEXT_0_0_4 "text/plain; version=0.0.4; charset=utf-8"

static const struct document documents[] = {
    [PROMLET_FORMAT_TEXT_0_0_4] = {TEXT_0_0_4, pml_encode_text, ""},
    [PROMLET_FORMAT_TEXT_0_0_4_EOF] = {TEXT_0_0_4, pml_encode_text, "# EOF\n"},
};

static const struct document *document_of(promlet_format format)
{
    size_t at = (size_t)format;
    return at < sizeof documents / sizeof documents[0] ? &documents[at] : NULL;
}

const char *promlet_format_content_type(promlet_format format)
{
    const struct document *document = document_of(format);
    return document != NULL ? document->content_type : NULL;
}

/* The document to write, or NULL with the last error set. */
static const struct document *check_arguments(const promlet_snapshot *snapshot,
                                              promlet_format format, const char *missing)
{
    const struct document *document = document_of(format);
    if (snapshot == NULL || missing != NULL) {
        (void)pml_fail(PROMLET_ERROR_ARGUMENT, "%s is NULL",
                       snapshot == NULL ? "the snapshot" : missing);
        return NULL;
    }
    if (document == NULL) {
        (void)pml_fail(PROMLET_ERROR_ARGUMENT, "%d is not a format", (int)format);
    }
    return document;
}

static void encode(const struct document *document, pml_output *output,
                   const promlet_snapshot *snapshot)
{
    document->encode(output, snapshot);
    pml_output_append_text(output, document->end);
}

promlet_status promlet_snapshot_write(const promlet_snapshot *snapshot, promlet_format format,
                                      promlet_write_fn write, void *ctx)
{
    const struct document *document =
        check_arguments(snapshot, format, write == NULL ? "the writer" : NULL);
    if (document == NULL) {
        return PROMLET_ERROR_ARGUMENT;
    }
    char piece[PROMLET_PIECE_SIZE];
    pml_output output;
    pml_output_start_writer(&output, piece, sizeof piece, write, ctx);
    encode(document, &output, snapshot);
    promlet_status status = pml_output_finish_writer(&output);
    return status == PROMLET_OK ? status : pml_fail(status, "the writer asked to stop");
}

promlet_status promlet_snapshot_copy(const promlet_snapshot *snapshot, promlet_format format,
                                     char *buffer, size_t size, size_t *needed)
{
    const struct document *document =
        check_arguments(snapshot, format, buffer == NULL && size > 0 ? "the buffer" : NULL);
    if (document == NULL) {
        return PROMLET_ERROR_ARGUMENT;
    }
    pml_output output;
    pml_output_start_memory(&output, buffer, size);
    encode(document, &output, snapshot);
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

char *promlet_snapshot_string(const promlet_snapshot *snapshot, promlet_format format,
                              size_t *length)
{
    const struct document *document = check_arguments(snapshot, format, NULL);
    if (document == NULL) {
        return NULL;
    }
    pml_output output;
    pml_output_start_string(&output);
    encode(document, &output, snapshot);
    char *string = pml_output_take_string(&output, length);
    if (string == NULL) {
        (void)pml_fail_memory();
    }
    return string;
}
