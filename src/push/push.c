/* SPDX-License-Identifier: Apache-2.0 */
/* Pushes: what is sent, and how it is told what came of it. */
#include "push/push.h"

#include "push/guard.h"
#include "push/labels.h"
#include "push/secrets.h"
#include "push/transfer.h"

#include <promlet/collector.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stdio.h>
#include <string.h>

/* promlet_last_error() keeps 255 bytes and a NUL. */
#define SENTENCE_SIZE 256

/* More of a URL is cut, so that the reason behind it is always seen. */
#define URL_SHOWN 90

/* ---- What came of it ------------------------------------------------------------------------- */

static promlet_status status_of(pml_push_outcome outcome)
{
    switch (outcome) {
    case PML_PUSH_FAILED_NAME:
    case PML_PUSH_FAILED_CONNECT:
    case PML_PUSH_FAILED_TLS:
        return PROMLET_ERROR_UNREACHABLE;
    case PML_PUSH_FAILED_TIMEOUT:
        return PROMLET_ERROR_TIMEOUT;
    case PML_PUSH_FAILED_ANSWER:
    case PML_PUSH_FAILED_STATUS:
        return PROMLET_ERROR_REFUSED;
    default:
        return PROMLET_ERROR_MEMORY;
    }
}

/* The other side may have sent anything, so what is not plain becomes a '?'; a line of it ends in a
   blank, and nothing follows the last one. */
static void make_plain(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) {
        text[--size] = '\0';
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '\n' || byte == '\r' || byte == '\t') {
            text[i] = ' ';
        } else if (byte < ' ' || byte > '~') {
            text[i] = '?';
        }
    }
}

/* As much of the text as there is room for. */
static void append(char *sentence, const char *text)
{
    size_t size = strlen(sentence);
    (void)snprintf(sentence + size, SENTENCE_SIZE - size, "%s", text);
}

static promlet_status fail(const pml_push_config *config, pml_push_answer *answer)
{
    char sentence[SENTENCE_SIZE];
    pml_push_hide_secrets(config, answer->text);
    pml_push_hide_secrets(config, answer->location);
    make_plain(answer->text);
    make_plain(answer->location);
    (void)snprintf(sentence, sizeof sentence, "%.*s", URL_SHOWN, config->url);
    append(sentence, strlen(config->url) > URL_SHOWN ? "...: " : ": ");
    if (answer->outcome != PML_PUSH_FAILED_STATUS) {
        append(sentence, answer->text);
        return promlet_set_last_error(status_of(answer->outcome), sentence);
    }
    char number[32];
    (void)snprintf(number, sizeof number, "status %ld", answer->http_status);
    append(sentence, number);
    if (answer->location[0] != '\0') {
        append(sentence, ", which is not followed to ");
        append(sentence, answer->location);
    } else if (answer->text[0] != '\0') {
        append(sentence, ": ");
        append(sentence, answer->text);
    }
    return promlet_set_last_error(status_of(answer->outcome), sentence);
}

static promlet_status transfer(const pml_push_config *config, const pml_push_request *request,
                               pml_push_outcome *outcome)
{
    pml_push_guard guard;
    pml_push_answer answer;
    pml_push_guard_begin(&guard);
    pml_push_transfer(config, request, &answer);
    pml_push_guard_end(&guard);
    *outcome = answer.outcome;
    return answer.outcome == PML_PUSH_DONE ? PROMLET_OK : fail(config, &answer);
}

/* ---- What is sent ---------------------------------------------------------------------------- */

/* Of both registries, or of the one that there is. Returns NULL with the last error set. */
static promlet_snapshot *take(promlet_registry *registry, promlet_registry *own)
{
    if (own == NULL) {
        return promlet_snapshot_take(registry);
    }
    promlet_snapshot *merged = NULL;
    promlet_snapshot *both[] = {promlet_snapshot_take(own), promlet_snapshot_take(registry)};
    if (both[0] != NULL && both[1] != NULL) {
        merged = promlet_snapshot_merge(both, 2);
    }
    promlet_snapshot_release(both[0]);
    promlet_snapshot_release(both[1]);
    return merged;
}

static promlet_status check_labels(const promlet_push_opts *options, const char *text)
{
    pml_push_label found = pml_push_find_label(options, text);
    if (found.line == NULL) {
        return PROMLET_OK;
    }
    char sentence[SENTENCE_SIZE];
    (void)snprintf(sentence, sizeof sentence, "%.*s: has the label %.*s, which the grouping sets",
                   (int)(found.metric_size < 100 ? found.metric_size : 100), found.line,
                   (int)(found.name_size < 100 ? found.name_size : 100), found.name);
    return promlet_set_last_error(PROMLET_ERROR_LABELS, sentence);
}

/* The same for a format that is no text. */
static promlet_status check_labels_of(const promlet_push_opts *options,
                                      const promlet_snapshot *snapshot)
{
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    if (text == NULL) {
        return PROMLET_ERROR_MEMORY;
    }
    promlet_status status = check_labels(options, text);
    promlet_free(text);
    return status;
}

static promlet_status send_snapshot(const pml_push_config *config, const char *method,
                                    const promlet_snapshot *snapshot, pml_push_report *report)
{
    const promlet_push_opts *options = &config->options;
    /* The gateway refuses a document with times: it has its own. */
    promlet_encoding encoding = {.format = options->format,
                                 .escaping = options->format == PROMLET_FORMAT_TEXT_1_0_0
                                                 ? PROMLET_ESCAPING_ALLOW_UTF8
                                                 : PROMLET_ESCAPING_UNDERSCORES,
                                 .without_timestamps = true};
    size_t size = 0;
    char *document = promlet_snapshot_string_as(snapshot, &encoding, &size);
    if (document == NULL) {
        return PROMLET_ERROR_MEMORY;
    }
    promlet_status status = options->format == PROMLET_FORMAT_PROTOBUF
                                ? check_labels_of(options, snapshot)
                                : check_labels(options, document);
    if (status == PROMLET_OK) {
        pml_push_request request = {.method = method,
                                    .content_type = promlet_encoding_content_type(&encoding),
                                    .body = document,
                                    .body_size = size};
        report->sent_bytes = size;
        status = transfer(config, &request, &report->outcome);
    }
    promlet_free(document);
    return status;
}

promlet_status pml_push_send(const pml_push_config *config, const char *method,
                             promlet_registry *own, pml_push_report *report)
{
    pml_push_report unwanted;
    report = report != NULL ? report : &unwanted;
    *report = (pml_push_report){.outcome = PML_PUSH_FAILED_INTERNAL};
    promlet_snapshot *snapshot = take(config->options.registry, own);
    if (snapshot == NULL) {
        return promlet_is_collecting() ? PROMLET_ERROR_BUSY : PROMLET_ERROR_MEMORY;
    }
    promlet_status status = send_snapshot(config, method, snapshot, report);
    promlet_snapshot_release(snapshot);
    return status;
}

/* ---- The calls ------------------------------------------------------------------------------- */

static promlet_status push(const promlet_push_opts *options, size_t options_size,
                           const char *method)
{
    pml_push_config *config = NULL;
    promlet_status status = pml_push_config_new(options, options_size, &config);
    if (status == PROMLET_OK) {
        status = pml_push_send(config, method, NULL, NULL);
    }
    pml_push_config_free(config);
    return status;
}

promlet_status promlet_push_sized(const promlet_push_opts *options, size_t options_size)
{
    return push(options, options_size, "PUT");
}

promlet_status promlet_push_add_sized(const promlet_push_opts *options, size_t options_size)
{
    return push(options, options_size, "POST");
}

promlet_status promlet_push_delete_sized(const promlet_push_opts *options, size_t options_size)
{
    pml_push_config *config = NULL;
    promlet_status status = pml_push_config_new(options, options_size, &config);
    if (status == PROMLET_OK) {
        pml_push_request request = {.method = "DELETE"};
        pml_push_outcome outcome;
        status = transfer(config, &request, &outcome);
    }
    pml_push_config_free(config);
    return status;
}
