/* SPDX-License-Identifier: Apache-2.0 */
/* Takes apart what the server compressed. */
#ifndef PML_TESTS_SERVER_GUNZIP_H
#define PML_TESTS_SERVER_GUNZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

/* What was compressed, with a NUL behind it, to be freed with free(). NULL unless the bytes are one
   whole gzip stream (RFC 1952) with a right checksum and nothing behind it. */
static inline char *gunzip(const char *bytes, size_t size, size_t *plain_size)
{
    z_stream stream = {0};
    size_t capacity = (size_t)64 * 1024;
    char *plain = malloc(capacity);
    int result = inflateInit2(&stream, MAX_WBITS + 16);
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)size;
    while (result == Z_OK && plain != NULL) {
        if (stream.total_out + 1 >= capacity) {
            capacity *= 2;
            plain = realloc(plain, capacity);
        }
        if (plain != NULL) {
            stream.next_out = (Bytef *)plain + stream.total_out;
            stream.avail_out = (uInt)(capacity - 1 - stream.total_out);
            result = inflate(&stream, Z_NO_FLUSH);
        }
    }
    *plain_size = stream.total_out;
    bool is_whole = result == Z_STREAM_END && stream.avail_in == 0;
    (void)inflateEnd(&stream);
    if (plain != NULL && is_whole) {
        plain[*plain_size] = '\0';
        return plain;
    }
    free(plain);
    return NULL;
}

#endif
