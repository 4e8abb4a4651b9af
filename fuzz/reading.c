/* SPDX-License-Identifier: Apache-2.0 */
/* Scrapes and snapshots, compared with what the model expects. */
#include "every_document.h"
#include "session.h"

static void check_document(const model_expectation *expected, const char *text, bool with_eof)
{
    const char *why;
    if (!model_fits(expected, text, with_eof, &why)) {
        (void)fprintf(stderr, "%s", text);
        finding("%s", why);
    }
}

/* The environment variable says where to leave each document, for promtool. */
static void keep_for_promtool(const char *text)
{
    static int number;
    const char *folder = getenv("PROMLET_FUZZ_DOCUMENTS");
    if (folder == NULL) {
        return;
    }
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%06d.prom", folder, number++);
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0) {
        finding("can't write %s", path);
    }
}

void do_scrape(session *self)
{
    model_expectation *expected = model_expect(&self->model);
    char *text = promlet_registry_get_metrics(self->registry);
    if (text == NULL) {
        finding("out of memory");
    }
    check_document(expected, text, true);
    keep_for_promtool(text);
    promlet_free(text);
    model_expectation_free(expected);
}

static void release_snapshot(kept_snapshot *kept)
{
    promlet_snapshot_release(kept->snapshot);
    model_expectation_free(kept->expected);
    *kept = (kept_snapshot){NULL, NULL};
}

void do_take_snapshot(session *self)
{
    kept_snapshot *kept = &self->snapshots[input_choice(&self->in, MOST_SNAPSHOTS)];
    release_snapshot(kept);
    kept->expected = model_expect(&self->model);
    kept->snapshot = promlet_snapshot_take(self->registry);
    if (kept->snapshot == NULL) {
        finding("out of memory");
    }
}

/* Or none: there may be series that are new or removed, but no collector. */
void do_take_at_once(session *self)
{
    kept_snapshot *kept = &self->snapshots[input_choice(&self->in, MOST_SNAPSHOTS)];
    release_snapshot(kept);
    kept->snapshot = promlet_snapshot_take_at_once(self->registry, SIZE_MAX);
    if (kept->snapshot != NULL) {
        kept->expected = model_expect(&self->model);
    }
}

void do_take_filtered(session *self)
{
    static const char *const prefixes[] = {"", "a", "a_", "b_s", "p", "promlet_dropped", "\n"};
    kept_snapshot *kept = &self->snapshots[input_choice(&self->in, MOST_SNAPSHOTS)];
    const char *allowed = prefixes[input_choice(&self->in, 7)];
    const char *denied = prefixes[input_choice(&self->in, 7)];
    bool denies = denied[0] != '\0';
    promlet_filter filter = {.allow_prefixes = &allowed,
                             .allow_count = 1,
                             .deny_prefixes = &denied,
                             .deny_count = denies};
    release_snapshot(kept);
    kept->expected = model_expect(&self->model);
    model_expectation_filter(kept->expected, allowed, true);
    if (denies) {
        model_expectation_filter(kept->expected, denied, false);
    }
    kept->snapshot = promlet_snapshot_take_filtered(self->registry, &filter);
    if (kept->snapshot == NULL) {
        finding("out of memory");
    }
}

/* What a later one has once more is left out, so the first decides. */
void do_merge(session *self)
{
    kept_snapshot *kept = &self->snapshots[input_choice(&self->in, MOST_SNAPSHOTS)];
    if (kept->snapshot == NULL) {
        return;
    }
    promlet_snapshot *both[] = {kept->snapshot, kept->snapshot};
    promlet_snapshot *merged = promlet_snapshot_merge(both, 1 + input_choice(&self->in, 2));
    if (merged == NULL) {
        finding("out of memory");
    }
    promlet_snapshot_release(kept->snapshot);
    kept->snapshot = merged;
}

typedef struct pieces {
    char *text;
    size_t size;
    size_t left; /* how many pieces are still taken */
} pieces;

static bool take_piece(const char *data, size_t size, void *ctx)
{
    pieces *to = ctx;
    if (size == 0 || size > PROMLET_PIECE_SIZE) {
        finding("a piece of %zu bytes", size);
    }
    if (to->left == 0) {
        return false;
    }
    to->left--;
    to->text = realloc(to->text, to->size + size + 1);
    if (to->text == NULL) {
        abort();
    }
    memcpy(to->text + to->size, data, size);
    to->size += size;
    to->text[to->size] = '\0';
    return true;
}

static void check_pieces(const kept_snapshot *kept, const char *text, promlet_format format,
                         size_t left)
{
    pieces to = {.left = left};
    promlet_status status = promlet_snapshot_write(kept->snapshot, format, take_piece, &to);
    size_t size = strlen(text);
    if (to.size > size || (to.size > 0 && memcmp(to.text, text, to.size) != 0) ||
        (status == PROMLET_OK) != (to.size == size) ||
        (status != PROMLET_OK && status != PROMLET_ERROR_WRITER)) {
        finding("the pieces are not the string");
    }
    free(to.text);
}

static void check_copy(const kept_snapshot *kept, const char *text, promlet_format format,
                       size_t size)
{
    char *buffer = malloc(size + 1);
    size_t needed = 0;
    if (buffer == NULL) {
        abort();
    }
    buffer[size] = 'X';
    promlet_status status = promlet_snapshot_copy(kept->snapshot, format, buffer, size, &needed);
    bool is_whole = status == PROMLET_OK;
    if (needed != strlen(text) + 1 || is_whole != (size >= needed) || buffer[size] != 'X' ||
        (size > 0 && strncmp(buffer, text, strlen(buffer)) != 0) ||
        (size > 0 && strlen(buffer) != (is_whole ? needed : size) - 1)) {
        finding("the copy is not the string");
    }
    free(buffer);
}

void do_read_snapshot(session *self)
{
    kept_snapshot *kept = &self->snapshots[input_choice(&self->in, MOST_SNAPSHOTS)];
    bool with_eof = input_choice(&self->in, 2) == 0;
    promlet_format format = with_eof ? PROMLET_FORMAT_TEXT_0_0_4_EOF : PROMLET_FORMAT_TEXT_0_0_4;
    size_t left = input_byte(&self->in);
    size_t size = input_u64(&self->in) % 70000;
    if (kept->snapshot == NULL) {
        return;
    }
    size_t length;
    char *text = promlet_snapshot_string(kept->snapshot, format, &length);
    if (text == NULL || strlen(text) != length) {
        finding("a string of another length");
    }
    check_document(kept->expected, text, with_eof);
    check_pieces(kept, text, format, left);
    check_copy(kept, text, format, size);
    promlet_free(text);
}

/* What is the same as the model in one format is so in each. */
void do_check_formats(session *self)
{
    const kept_snapshot *kept = &self->snapshots[input_choice(&self->in, MOST_SNAPSHOTS)];
    document_cuts cuts = read_cuts(&self->in);
    if (kept->snapshot != NULL) {
        made_snapshot made = made_take_apart(kept->snapshot);
        check_every_document(&made, &cuts);
        made_free(0);
    }
}

void do_release_snapshot(session *self)
{
    release_snapshot(&self->snapshots[input_choice(&self->in, MOST_SNAPSHOTS)]);
}
