/* SPDX-License-Identifier: Apache-2.0 */
/* Content negotiation: which document a scraper asks for. For those who have a server of their
   own; promlet::server does it by itself. */
#ifndef PROMLET_NEGOTIATION_H
#define PROMLET_NEGOTIATION_H

#include <promlet/export.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** How much is read of a header; clauses beyond it are passed over. */
#define PROMLET_MAX_ACCEPT_BYTES 8192

/** A format as a member of a set: PROMLET_FORMAT_BIT(PROMLET_FORMAT_PROTOBUF), sets joined by `|`.
 */
#define PROMLET_FORMAT_BIT(format) (1U << (format))

/**
 * Choose what to send to a client by its Accept header, as Prometheus's own libraries would, and
 * RFC 9110: each format has the q of the most exact clause that names it, q=0 excludes it, and the
 * highest q wins, the earlier clause among equal ones. `text/plain`, ranges with `*` and no header
 * at all mean the text format 0.0.4, OpenMetrics without a version means 1.0.0, and OpenMetrics
 * 2.0.0 is chosen by its version only. What nobody knows or can read is passed over; when nothing
 * is left, the answer is the text format 0.0.4 as well, never an error.
 *
 * Call it as promlet_negotiate(accept, formats, &encoding), which passes encoding_size along. Send
 * promlet_encoding_content_type(&encoding) with what promlet_snapshot_string_as(snapshot,
 * &encoding, &length) returns, and `Vary: Accept, Accept-Encoding`.
 *
 * accept         the value of the header, several joined by ", "; lent. NULL: there is none.
 * formats        the set of formats that may be chosen, such as
 *                PROMLET_FORMAT_BIT(PROMLET_FORMAT_OPENMETRICS_1_0_0) | ...; 0: all. The text
 *                format 0.0.4 always is one of them, so its bit alone allows nothing else.
 * encoding       where to put the choice: format, escaping, and false for with_created, which no
 *                client can ask for. Members that this version of promlet does not have stay as
 *                they are. Must not be NULL.
 * encoding_size  sizeof(promlet_encoding) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT when encoding is NULL or its size is none that it has
 * had.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_negotiate_sized(const char *accept, unsigned int formats,
                                                   promlet_encoding *encoding,
                                                   size_t encoding_size);

/**
 * Whether to compress what is sent with gzip, by the header Accept-Encoding: when it is named or
 * meant by `*`, not excluded by q=0, and the client does not like plain bytes (`identity`) better.
 * Say `Content-Encoding: gzip` then, to the letter; `x-gzip` is not taken for it.
 *
 * accept_encoding  the value of the header, several joined by ", "; lent. NULL: there is none.
 * Returns: true for gzip, false for plain bytes.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API bool promlet_negotiate_gzip(const char *accept_encoding);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_negotiate(const char *accept, unsigned int formats,
                                        promlet_encoding *encoding)
{
    return promlet_negotiate_sized(accept, formats, encoding, sizeof(promlet_encoding));
}
#else
/* Variadic as the others, which take options. */
#define promlet_negotiate(...) promlet_negotiate_sized(__VA_ARGS__, sizeof(promlet_encoding))
#endif

#endif
