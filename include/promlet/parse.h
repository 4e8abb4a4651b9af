/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents of metrics, read: the text format and OpenMetrics, in pieces as they come from a socket
 * or as a whole. What promlet writes is read back with the same values, to the bit. It is part of
 * promlet::promlet and needs nothing else of it.
 *
 *     const char *text = "# TYPE jobs_total counter\njobs_total{queue=\"mail\"} 3\n";
 *     promlet_document *document = promlet_document_parse(text, strlen(text), NULL, NULL);
 *     for (size_t i = 0; i < promlet_document_sample_count(document); i++) {
 *         const promlet_parsed_sample *sample = promlet_document_sample(document, i);
 *         printf("%s of %s: %g\n", sample->name.bytes, promlet_parsed_label_value(sample, "queue"),
 *                sample->value.real);
 *     }
 *     promlet_document_free(document);
 */
#ifndef PROMLET_PARSE_H
#define PROMLET_PARSE_H

#include <promlet/export.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** See the options of the same names. */
#define PROMLET_DEFAULT_MAX_LINE_BYTES ((size_t)1 << 20)
#define PROMLET_DEFAULT_MAX_PARSED_LABELS 256
#define PROMLET_DEFAULT_MAX_EXEMPLARS 64
#define PROMLET_DEFAULT_MAX_FIELDS 65536
#define PROMLET_DEFAULT_MAX_FAMILIES ((size_t)1 << 20)
#define PROMLET_DEFAULT_MAX_FAMILY_SERIES ((size_t)1 << 22)
#define PROMLET_DEFAULT_MAX_DOCUMENT_BYTES ((size_t)1 << 31)

/** The bytes of promlet_parse_error.rule. */
#define PROMLET_PARSE_RULE_SIZE 224

/* ---- what a document holds ------------------------------------------------------------------- */

/** How a document is written. */
typedef enum promlet_parse_format {
    PROMLET_PARSE_TEXT = 0,    /**< The text format 0.0.4, and 1.0.0 with names in quotes. */
    PROMLET_PARSE_OPENMETRICS, /**< OpenMetrics 1.0.0; names in quotes are taken. */
    PROMLET_PARSE_OPENMETRICS2 /**< OpenMetrics 2.0.0, as its release candidate has it. */
} promlet_parse_format;

/** What kind of metric a family is. */
typedef enum promlet_parsed_type {
    PROMLET_PARSED_UNKNOWN = 0, /**< Nobody says, or `unknown` or `untyped` does. */
    PROMLET_PARSED_COUNTER,
    PROMLET_PARSED_GAUGE,
    PROMLET_PARSED_HISTOGRAM,
    PROMLET_PARSED_GAUGE_HISTOGRAM,
    PROMLET_PARSED_SUMMARY,
    PROMLET_PARSED_INFO,
    PROMLET_PARSED_STATE_SET
} promlet_parsed_type;

/** What a sample says of its series. */
typedef enum promlet_parsed_role {
    PROMLET_PARSED_VALUE = 0, /**< The value itself, an info's and a counter's as well. */
    PROMLET_PARSED_BUCKET,    /**< `x_bucket`: how many were up to the label `le`. */
    PROMLET_PARSED_QUANTILE,  /**< `x`: the value at the label `quantile`. */
    PROMLET_PARSED_STATE,     /**< `x`: whether the state that the label `x` names holds. */
    PROMLET_PARSED_SUM,       /**< `x_sum` or `x_gsum`. */
    PROMLET_PARSED_COUNT,     /**< `x_count` or `x_gcount`. */
    PROMLET_PARSED_CREATED,   /**< `x_created` of OpenMetrics 1.0: when it began to count. */
    PROMLET_PARSED_COMPOSITE  /**< All of it in one value, see promlet_parsed_sample.composite. */
} promlet_parsed_role;

/** A text with all escapes undone, valid UTF-8. */
typedef struct promlet_parsed_text {
    /** With a NUL behind it; there may be others in it. */
    const char *bytes;
    /** Without the NUL. */
    size_t size;
} promlet_parsed_text;

/** A value. */
typedef struct promlet_parsed_number {
    /** The closest double, whatever the locale and the rounding mode. */
    double real;
    /** The digits as an integer, where they are nothing but that and below 2^64; counts need not
        fit a double. */
    uint64_t whole;
    /** Whether `whole` is meant. */
    bool is_whole;
} promlet_parsed_number;

/** A time since 1970, to the nanosecond; the milliseconds of the text format as well. */
typedef struct promlet_parsed_time {
    /** Rounded down. */
    int64_t seconds;
    /** What is missing to it: 0 to 999999999. */
    uint32_t nanoseconds;
} promlet_parsed_time;

/** A label. */
typedef struct promlet_parsed_label {
    promlet_parsed_text name;
    promlet_parsed_text value;
} promlet_parsed_label;

/** An example of what was counted. */
typedef struct promlet_parsed_exemplar {
    const promlet_parsed_label *labels;
    size_t label_count;
    promlet_parsed_number value;
    /** Whether there is a time. */
    bool has_timestamp;
    promlet_parsed_time timestamp;
} promlet_parsed_exemplar;

/** A bucket, or the value at a quantile, of a composite value. */
typedef struct promlet_parsed_field {
    /** The upper bound, or the quantile. */
    double at;
    /** How many were up to the bound, or the value at the quantile. */
    promlet_parsed_number value;
} promlet_parsed_field;

/** Native buckets that follow each other. */
typedef struct promlet_parsed_span {
    /** How many empty ones lie before; the first one's is an index, and may be negative. */
    int32_t offset;
    uint32_t length;
} promlet_parsed_span;

/** The native buckets on one side of zero. */
typedef struct promlet_parsed_side {
    const promlet_parsed_span *spans;
    size_t span_count;
    /** What each bucket of the spans counts, by itself. */
    const promlet_parsed_number *counts;
    size_t count;
} promlet_parsed_side;

/** A whole histogram or summary, as OpenMetrics 2.0 has it. */
typedef struct promlet_parsed_composite {
    promlet_parsed_number count;
    promlet_parsed_number sum;
    /** Buckets by rising bound, or values by rising quantile. */
    const promlet_parsed_field *fields;
    size_t field_count;
    /** Whether there are native buckets, which the rest is about. */
    bool has_native;
    /** -4 to 8. */
    int32_t schema;
    double zero_threshold;
    promlet_parsed_number zero_count;
    promlet_parsed_side negative;
    promlet_parsed_side positive;
    /** What its fields make it: PROMLET_PARSED_HISTOGRAM, PROMLET_PARSED_GAUGE_HISTOGRAM or
        PROMLET_PARSED_SUMMARY. */
    promlet_parsed_type type;
} promlet_parsed_composite;

/** What the lines `# TYPE`, `# HELP` and `# UNIT` say of metrics of one name, or, where there are
    none, what a sample's name alone does. */
typedef struct promlet_parsed_family {
    /** As these lines have it; without them, that of the sample. */
    promlet_parsed_text name;
    promlet_parsed_type type;
    /** Whether there is a line `# TYPE`, `# HELP`, `# UNIT`. */
    bool has_type;
    bool has_help;
    bool has_unit;
    /** Empty without the line. */
    promlet_parsed_text help;
    promlet_parsed_text unit;
    /** The number of its first line. */
    size_t line;
    /** In a document that is kept, which samples are its own; else 0. */
    size_t first_sample;
    size_t sample_count;
} promlet_parsed_family;

/** One line with a value. */
typedef struct promlet_parsed_sample {
    const promlet_parsed_family *family;
    promlet_parsed_role role;
    promlet_parsed_text name;
    /** In the order of the line; `le`, `quantile` and that of a state are among them. */
    const promlet_parsed_label *labels;
    size_t label_count;
    /** 0 for PROMLET_PARSED_COMPOSITE. */
    promlet_parsed_number value;
    /** NULL but for PROMLET_PARSED_COMPOSITE. */
    const promlet_parsed_composite *composite;
    /** Whether the line says when the value was true. */
    bool has_timestamp;
    promlet_parsed_time timestamp;
    /** Whether it says since when it counts, by `st@` of OpenMetrics 2.0. */
    bool has_start;
    promlet_parsed_time start;
    const promlet_parsed_exemplar *exemplars;
    size_t exemplar_count;
    /** The number of the line. */
    size_t line;
} promlet_parsed_sample;

/** What is wrong with a document. */
typedef struct promlet_parse_error {
    /** The number of the line, from 1; the one behind the last for what is missing there. */
    size_t line;
    /** The byte of the line, from 1; 0 where the line as a whole is meant. */
    size_t column;
    /** PROMLET_ERROR_SYNTAX; PROMLET_ERROR_LIMIT for what is too large or too many;
        PROMLET_ERROR_MEMORY. */
    promlet_status status;
    /** The rule that is broken, in a sentence that names the metric, label or value. */
    char rule[PROMLET_PARSE_RULE_SIZE];
    /** Whether a sample was read, and is_lenient would take it: what it says breaks a rule of its
        type, or beside others of its family. */
    bool is_readable;
} promlet_parse_error;

/* ---- reading in pieces ----------------------------------------------------------------------- */

/** A document that is being read. */
typedef struct promlet_parser promlet_parser;

/**
 * How a document is read. Zero it, then set what is needed; the functions and ctx must live as long
 * as the parser. None of the functions may call the parser that calls it. The struct grows at its
 * end only.
 */
typedef struct promlet_parser_opts {
    promlet_parse_format format;
    /** What a server would take is taken: CRLF (so a help text that ends with a CR loses it),
        spaces, empty lines and comments anywhere, metadata that comes late or twice, families in
        pieces, values that their type does not allow, a missing `# EOF` or last line feed. A line
        that can't be read is told to on_error, left out, and reading goes on. */
    bool is_lenient;
    /** The rules of the format are kept to, but a line that breaks one is told to on_error and left
        out, and reading goes on; without it, the first error is the end. */
    bool goes_on;
    /** The most bytes of a line without its line feed; 0: PROMLET_DEFAULT_MAX_LINE_BYTES. */
    size_t max_line_bytes;
    /** The most labels of a sample, and of an exemplar; 0: PROMLET_DEFAULT_MAX_PARSED_LABELS. */
    size_t max_labels;
    /** The most exemplars of a sample; 0: PROMLET_DEFAULT_MAX_EXEMPLARS. */
    size_t max_exemplars;
    /** The most buckets, spans or quantiles in one composite value; 0: PROMLET_DEFAULT_MAX_FIELDS.
     */
    size_t max_fields;
    /** The most families, whose names are remembered at about 200 bytes each; 0:
        PROMLET_DEFAULT_MAX_FAMILIES. */
    size_t max_families;
    /** The most series of one family, where a histogram or a summary is one; 0:
        PROMLET_DEFAULT_MAX_FAMILY_SERIES. They are remembered at about 40 bytes each so that none
        stands twice, in the text format 200 for histograms and summaries; not at all with
        is_lenient. */
    size_t max_family_series;
    /** The most bytes of the document; 0: PROMLET_DEFAULT_MAX_DOCUMENT_BYTES. */
    size_t max_document_bytes;
    /** Called for each family, before its samples, once its metadata is known. All it is given is
        lent for the call. NULL: not wanted. Returns: false to end the reading. */
    bool (*on_family)(void *ctx, const promlet_parsed_family *family);
    /** Called for each sample. All it is given is lent for the call. NULL: not wanted. Returns:
        false to end the reading. */
    bool (*on_sample)(void *ctx, const promlet_parsed_sample *sample);
    /** Called for each error. NULL: not wanted. */
    void (*on_error)(void *ctx, const promlet_parse_error *error);
    /** Passed to the functions. */
    void *ctx;
} promlet_parser_opts;

/**
 * Begin to read a document.
 *
 * Call it as promlet_parser_new(options), which passes options_size along.
 *
 * options       copied; NULL: the text format, strictly, and nobody is told what it holds.
 * options_size  sizeof(promlet_parser_opts) as the caller was compiled.
 * Returns: a parser, to be freed with promlet_parser_free(); NULL when out of memory or with a
 * wrong argument, and promlet_last_error() says which.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_parser *promlet_parser_new_sized(const promlet_parser_opts *options,
                                                     size_t options_size);

/**
 * Read on. Each line that is complete is checked and told to the functions, in this thread, before
 * the call returns; the beginning of one that is not is kept.
 *
 * parser  from promlet_parser_new().
 * bytes   what follows in the document, cut anywhere; lent for the call. NULL only with size 0.
 * size    how many.
 * Returns: PROMLET_OK; PROMLET_ERROR_SYNTAX or PROMLET_ERROR_LIMIT for a document that is wrong,
 * unless reading goes on; PROMLET_ERROR_WRITER when a function returned false;
 * PROMLET_ERROR_MEMORY; PROMLET_ERROR_ARGUMENT. promlet_last_error() has the sentence. After one of
 * these but the last, nothing more is read, and each call returns the same.
 * Thread-safe: by one thread at a time. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_parser_feed(promlet_parser *parser, const void *bytes,
                                               size_t size);

/**
 * Say that the document ends here, so that its last family is complete, and what is missing can be
 * told.
 *
 * parser  from promlet_parser_new(); only to be freed afterwards.
 * Returns: as promlet_parser_feed().
 * Thread-safe: by one thread at a time. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_parser_finish(promlet_parser *parser);

/**
 * Free a parser, whether the document was read to its end or not.
 *
 * parser  from promlet_parser_new(); NULL is allowed; not valid afterwards.
 * Thread-safe: yes, once a parser. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_parser_free(promlet_parser *parser);

/**
 * The format that a Content-Type promises, to choose how an answer is read.
 *
 * content_type  the value of the header; lent. NULL: there is none.
 * format        where to put the format; PROMLET_PARSE_TEXT on an error. Must not be NULL.
 * Returns: PROMLET_OK; PROMLET_ERROR_NOT_FOUND for a type that is neither `text/plain` nor
 * `application/openmetrics-text`, and without one, where older servers read the text format;
 * PROMLET_ERROR_ARGUMENT.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_parse_format_of(const char *content_type,
                                                   promlet_parse_format *format);

/**
 * The word for a type, as a line `# TYPE` of OpenMetrics has it.
 *
 * type  the type.
 * Returns: a constant string such as "gaugehistogram"; "unknown" for a value outside the enum.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_parsed_type_text(promlet_parsed_type type);

/* ---- documents that are kept ----------------------------------------------------------------- */

/** A document that was read, with all that it holds. */
typedef struct promlet_document promlet_document;

/**
 * Read a document at once and keep it.
 *
 * Call it as promlet_document_parse(text, size, options, &error), which passes options_size along.
 *
 * text          lent for the call; NULL only with size 0.
 * size          its bytes.
 * options       lent for the call, its functions are called as well; NULL: as for
 *               promlet_parser_new().
 * error         where to put the first error, or one whose status is PROMLET_OK. NULL: not wanted.
 * options_size  sizeof(promlet_parser_opts) as the caller was compiled.
 * Returns: the document, to be freed with promlet_document_free(); NULL on an error, unless reading
 * goes on behind it, and promlet_last_error() then has line, column and sentence.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_document *promlet_document_parse_sized(const char *text, size_t size,
                                                           const promlet_parser_opts *options,
                                                           promlet_parse_error *error,
                                                           size_t options_size);

/**
 * How many families a document has. One that stands in several pieces, which only is_lenient takes,
 * counts for each of them.
 *
 * document  from promlet_document_parse(); NULL has none.
 * Returns: how many.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API size_t promlet_document_family_count(const promlet_document *document);

/**
 * A family.
 *
 * document  from promlet_document_parse().
 * index     in the order of the document, from 0.
 * Returns: the family, which lives as long as the document; NULL beyond the last.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const promlet_parsed_family *promlet_document_family(const promlet_document *document,
                                                                 size_t index);

/**
 * How many samples a document has.
 *
 * document  from promlet_document_parse(); NULL has none.
 * Returns: how many.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API size_t promlet_document_sample_count(const promlet_document *document);

/**
 * A sample. Those of one family follow each other, from its first_sample on.
 *
 * document  from promlet_document_parse().
 * index     in the order of the document, from 0.
 * Returns: the sample, which lives as long as the document; NULL beyond the last.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const promlet_parsed_sample *promlet_document_sample(const promlet_document *document,
                                                                 size_t index);

/**
 * The value of a label of a sample.
 *
 * sample  from a document or a callback; NULL has none.
 * name    of the label, without NUL in it; lent.
 * Returns: the value, which lives as long as the sample; NULL when it has no such label.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_parsed_label_value(const promlet_parsed_sample *sample,
                                                   const char *name);

/**
 * Free a document and all that came from it.
 *
 * document  from promlet_document_parse(); NULL is allowed; not valid afterwards.
 * Thread-safe: yes, once a document. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_document_free(promlet_document *document);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_parser *promlet_parser_new(const promlet_parser_opts *options)
{
    return promlet_parser_new_sized(options, sizeof(promlet_parser_opts));
}
inline promlet_document *promlet_document_parse(const char *text, size_t size,
                                                const promlet_parser_opts *options,
                                                promlet_parse_error *error)
{
    return promlet_document_parse_sized(text, size, options, error, sizeof(promlet_parser_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_parser_new(...) promlet_parser_new_sized(__VA_ARGS__, sizeof(promlet_parser_opts))
#define promlet_document_parse(...)                                                                \
    promlet_document_parse_sized(__VA_ARGS__, sizeof(promlet_parser_opts))
#endif

#endif
