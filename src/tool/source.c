/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files in pieces; what URLs give is up to fetch.h. */
#include "tool/source.h"

#include "tool/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PIECE_SIZE ((size_t)64 * 1024)

bool pml_source_is_url(const char *place)
{
    return strncasecmp(place, "http://", 7) == 0 || strncasecmp(place, "https://", 8) == 0;
}

char *pml_source_name(const char *place)
{
    const char *host = pml_source_is_url(place) ? strstr(place, "://") + 3 : place;
    size_t host_size = strcspn(host, "/?#");
    size_t user_size = 0;
    for (size_t i = 0; i < host_size && host > place; i++) {
        user_size = host[i] == '@' ? i + 1 : user_size;
    }
    pml_buffer name = {.bytes = NULL};
    pml_buffer_put(&name, place, (size_t)(host - place));
    pml_buffer_text(&name, host + user_size);
    return name.bytes;
}

static bool fetch_all(pml_fetch *fetch, const pml_sink *sink, pml_buffer *why)
{
    pml_fetch_state state = PML_FETCH_RUNS;
    pml_fetch_start(fetch, sink);
    while (state == PML_FETCH_RUNS) {
        state = pml_fetch_run(fetch, NULL, 0, 1000);
    }
    if (state == PML_FETCH_FAILED) {
        pml_buffer_text(why, pml_fetch_why(fetch));
    }
    return state == PML_FETCH_DONE;
}

static bool read_url(const char *url, const pml_source_options *options, const pml_sink *sink,
                     pml_buffer *why)
{
    pml_buffer reason = {.bytes = NULL};
    pml_fetch *fetch = pml_fetch_new(url, options, &reason);
    bool is_read = fetch != NULL && fetch_all(fetch, sink, &reason);
    if (!is_read) {
        char *name = pml_source_name(url);
        pml_buffer_format(why, "%s: %s", name, pml_buffer_peek(&reason));
        free(name);
    }
    pml_fetch_free(fetch);
    pml_buffer_free(&reason);
    return is_read;
}

static bool read_descriptor(int fd, const pml_sink *sink, promlet_parse_format format)
{
    char piece[PIECE_SIZE];
    if (!sink->begin(sink->ctx, format)) {
        return true;
    }
    for (;;) {
        ssize_t size = read(fd, piece, sizeof piece);
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0) {
            return size == 0;
        }
        if (!sink->take(sink->ctx, piece, (size_t)size)) {
            return true;
        }
    }
}

/* The endings that are in use for OpenMetrics; all else is the text format. */
static promlet_parse_format format_of_file(const char *path)
{
    const char *ending = strrchr(path, '.');
    bool is_openmetrics =
        ending != NULL && (strcmp(ending, ".om") == 0 || strcmp(ending, ".openmetrics") == 0);
    return is_openmetrics ? PROMLET_PARSE_OPENMETRICS : PROMLET_PARSE_TEXT;
}

static bool read_file(const char *path, const pml_source_options *options, const pml_sink *sink,
                      pml_buffer *why)
{
    bool is_input = strcmp(path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool is_read =
        fd >= 0 &&
        read_descriptor(fd, sink, options->has_format ? options->format : format_of_file(path));
    if (!is_read) {
        const char *hint = errno == ENOENT && strchr(path, ':') != NULL
                               ? " (a URL begins with http:// or https://)"
                               : "";
        pml_buffer_format(why, "%s: %s%s", is_input ? "standard input" : path, strerror(errno),
                          hint);
    }
    if (fd >= 0 && !is_input) {
        (void)close(fd);
    }
    return is_read;
}

bool pml_source_read(const char *place, const pml_source_options *options, const pml_sink *sink,
                     pml_buffer *why)
{
    return pml_source_is_url(place) ? read_url(place, options, sink, why)
                                    : read_file(place, options, sink, why);
}
