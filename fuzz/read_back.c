/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of the library, read by the library. */
#include "read_back.h"

#include "base/number.h"
#include "session.h"

#include <promlet/parse.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct told {
    FILE *to;
    bool is_openmetrics;
    promlet_parse_error error;
} told;

/* ---- words ----------------------------------------------------------------------------------- */

static void put_real(const told *self, double value)
{
    char text[PML_NUMBER_SIZE + 3];
    size_t size = pml_format_double(value, text);
    text[size] = '\0';
    bool has_point = strpbrk(text, ".eIN") != NULL;
    (void)fprintf(self->to, "%s%s", text, self->is_openmetrics && !has_point ? ".0" : "");
}

static void put_bound(const told *self, double value)
{
    char text[PML_NUMBER_SIZE + 1];
    text[pml_format_bound(value, text)] = '\0';
    (void)fputs(text, self->to);
}

static void put_number(const told *self, const promlet_parsed_number *number)
{
    if (number->is_whole) {
        (void)fprintf(self->to, "%" PRIu64, number->whole);
    } else {
        put_real(self, number->real);
    }
}

/* Documents have milliseconds. */
static void put_time(const told *self, const char *before, bool is_there,
                     const promlet_parsed_time *time)
{
    int64_t milliseconds = time->nanoseconds / 1000000;
    int64_t seconds = time->seconds;
    bool is_negative = seconds < 0;
    if (is_negative && milliseconds > 0) {
        seconds++;
        milliseconds = 1000 - milliseconds;
    }
    uint64_t magnitude = is_negative ? 0 - (uint64_t)seconds : (uint64_t)seconds;
    (void)fprintf(self->to, " %s ", before);
    if (!is_there) {
        (void)fputc('-', self->to);
    } else if (self->is_openmetrics) {
        (void)fprintf(self->to, "%s%" PRIu64 ".%03" PRId64, is_negative ? "-" : "", magnitude,
                      milliseconds);
    } else {
        (void)fprintf(self->to, "%s%" PRIu64, is_negative ? "-" : "",
                      magnitude * 1000 + (uint64_t)milliseconds);
    }
    if (time->nanoseconds % 1000000 != 0) {
        finding("a time has %" PRIu32 " ns", time->nanoseconds);
    }
}

/* A time that is a value, written with milliseconds. */
static void put_created(const told *self, double seconds)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%.3f", seconds);
    double read = strtod(text, NULL);
    if (memcmp(&read, &seconds, sizeof read) != 0) {
        finding("%.17g is not %s", seconds, text);
    }
    (void)fputs(text, self->to);
}

static void put_labels(const told *self, const promlet_parsed_label *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        (void)fprintf(self->to, " <%s>=<%s>", labels[i].name.bytes, labels[i].value.bytes);
    }
}

/* ---- composite values ------------------------------------------------------------------------ */

static void put_side(const told *self, const char *sign, const promlet_parsed_side *side)
{
    for (size_t i = 0; i < side->span_count; i++) {
        (void)fprintf(self->to, "%s%s%d:%u", i == 0 ? sign : "", i == 0 ? "_spans:[" : ",",
                      side->spans[i].offset, side->spans[i].length);
    }
    for (size_t i = 0; i < side->count; i++) {
        (void)fprintf(self->to, "%s%s%s", i == 0 ? "]," : "", i == 0 ? sign : "",
                      i == 0 ? "_buckets:[" : ",");
        put_number(self, &side->counts[i]);
    }
    (void)fprintf(self->to, "%s", side->count > 0 ? "]," : "");
}

static void put_native(const told *self, const promlet_parsed_composite *value)
{
    (void)fprintf(self->to, "schema:%d,zero_threshold:", value->schema);
    put_real(self, value->zero_threshold);
    (void)fprintf(self->to, ",zero_count:");
    put_number(self, &value->zero_count);
    (void)fputc(',', self->to);
    put_side(self, "negative", &value->negative);
    put_side(self, "positive", &value->positive);
}

/* Ends in one comma too many. */
static void put_fields(const told *self, const promlet_parsed_composite *value)
{
    bool is_summary = value->type == PROMLET_PARSED_SUMMARY;
    if (value->field_count == 0 && !is_summary) {
        return;
    }
    (void)fprintf(self->to, "%s:[", is_summary ? "quantile" : "bucket");
    for (size_t i = 0; i < value->field_count; i++) {
        (void)fprintf(self->to, "%s", i > 0 ? "," : "");
        put_bound(self, value->fields[i].at);
        (void)fputc(':', self->to);
        put_number(self, &value->fields[i].value);
    }
    (void)fprintf(self->to, "],");
}

static void put_composite(const told *self, const promlet_parsed_composite *value)
{
    const char *g = value->type == PROMLET_PARSED_GAUGE_HISTOGRAM ? "g" : "";
    (void)fprintf(self->to, " {%scount:", g);
    put_number(self, &value->count);
    (void)fprintf(self->to, ",%ssum:", g);
    put_number(self, &value->sum);
    (void)fputc(',', self->to);
    if (value->has_native) {
        put_native(self, value);
    }
    put_fields(self, value);
    (void)fseek(self->to, -1, SEEK_CUR);
    (void)fputc('}', self->to);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool put_family(void *ctx, const promlet_parsed_family *family)
{
    const told *self = ctx;
    const char *type = self->is_openmetrics || family->type != PROMLET_PARSED_UNKNOWN
                           ? promlet_parsed_type_text(family->type)
                           : "untyped";
    (void)fprintf(self->to, "family <%s> %s unit <%s> help <%s>\n", family->name.bytes, type,
                  family->unit.bytes, family->help.bytes);
    return true;
}

static bool put_sample(void *ctx, const promlet_parsed_sample *sample)
{
    const told *self = ctx;
    (void)fprintf(self->to, "<%s>", sample->name.bytes);
    put_labels(self, sample->labels, sample->label_count);
    if (sample->composite != NULL) {
        put_composite(self, sample->composite);
    } else {
        (void)fputc(' ', self->to);
        if (sample->role == PROMLET_PARSED_CREATED) {
            put_created(self, sample->value.real);
        } else {
            put_number(self, &sample->value);
        }
    }
    put_time(self, "time", sample->has_timestamp, &sample->timestamp);
    put_time(self, "start", sample->has_start, &sample->start);
    (void)fputc('\n', self->to);
    for (size_t i = 0; i < sample->exemplar_count; i++) {
        const promlet_parsed_exemplar *exemplar = &sample->exemplars[i];
        (void)fprintf(self->to, "  exemplar");
        put_labels(self, exemplar->labels, exemplar->label_count);
        (void)fputc(' ', self->to);
        put_number(self, &exemplar->value);
        put_time(self, "time", exemplar->has_timestamp, &exemplar->timestamp);
        (void)fputc('\n', self->to);
    }
    return true;
}

static void keep_error(void *ctx, const promlet_parse_error *error)
{
    ((told *)ctx)->error = *error;
}

/* ---- documents ------------------------------------------------------------------------------- */

static promlet_parse_format format_of(promlet_format format)
{
    return format == PROMLET_FORMAT_OPENMETRICS_1_0_0   ? PROMLET_PARSE_OPENMETRICS
           : format == PROMLET_FORMAT_OPENMETRICS_2_0_0 ? PROMLET_PARSE_OPENMETRICS2
                                                        : PROMLET_PARSE_TEXT;
}

static void read_strictly(told *self, promlet_parse_format format, const char *bytes, size_t size,
                          size_t piece_size)
{
    promlet_parser *parser = promlet_parser_new(&(promlet_parser_opts){
        .format = format,
        .on_family = put_family,
        .on_sample = put_sample,
        .on_error = keep_error,
        .ctx = self,
    });
    promlet_status status = parser != NULL ? PROMLET_OK : PROMLET_ERROR_MEMORY;
    for (size_t at = 0; at < size && status == PROMLET_OK; at += piece_size) {
        size_t left = size - at;
        status = promlet_parser_feed(parser, bytes + at, left < piece_size ? left : piece_size);
    }
    if (status != PROMLET_OK || promlet_parser_finish(parser) != PROMLET_OK) {
        (void)fwrite(bytes, 1, size, stderr);
        finding("the parser refuses line %zu:%zu: %s", self->error.line, self->error.column,
                self->error.rule);
    }
    promlet_parser_free(parser);
}

char *tell_read_back(const promlet_encoding *encoding, const char *bytes, size_t size,
                     size_t piece_size)
{
    char *text;
    size_t text_size;
    promlet_parse_format format = format_of(encoding->format);
    told self = {.to = open_memstream(&text, &text_size),
                 .is_openmetrics = format != PROMLET_PARSE_TEXT};
    if (self.to == NULL) {
        abort();
    }
    read_strictly(&self, format, bytes, size, piece_size);
    (void)fclose(self.to);
    return text;
}
