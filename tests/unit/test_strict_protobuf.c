/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the tests' own reader of protobuf: it refuses what breaks a rule, and says which. */
#include "support/expect.h"

#include "support/strict_protobuf.h"

#include <math.h>

/* Bytes of a message that is put together from the inside. */
typedef struct bytes {
    unsigned char data[400];
    size_t size;
} bytes;

static bytes none(void)
{
    return (bytes){.size = 0};
}

static bytes join(bytes a, bytes b)
{
    memcpy(a.data + a.size, b.data, b.size);
    a.size += b.size;
    return a;
}

static bytes raw(const char *data, size_t size)
{
    bytes made = {.size = size};
    memcpy(made.data, data, size);
    return made;
}

#define RAW(literal) raw((literal), sizeof(literal) - 1)

static bytes varint(uint64_t value)
{
    bytes made = none();
    do {
        made.data[made.size++] = (unsigned char)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value > 0);
    return made;
}

static bytes number(unsigned field, uint64_t value)
{
    return join(varint((uint64_t)field << 3), varint(value));
}

static bytes real(unsigned field, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bytes made = varint(field << 3 | 1);
    for (unsigned i = 0; i < 8; i++) {
        made.data[made.size++] = (unsigned char)(bits >> 8 * i);
    }
    return made;
}

static bytes sized(unsigned field, bytes content)
{
    return join(join(varint(field << 3 | 2), varint(content.size)), content);
}

static bytes text(unsigned field, const char *content)
{
    return sized(field, raw(content, strlen(content)));
}

static bytes pair(const char *name, const char *value)
{
    return sized(1, join(text(1, name), text(2, value)));
}

static bytes family(unsigned type, bytes metrics)
{
    return join(join(text(1, "x"), number(3, type)), metrics);
}

static bytes document(bytes message)
{
    return join(varint(message.size), message);
}

/* One metric with this message as its value. */
static bytes with_value(unsigned type, unsigned field, bytes value)
{
    return document(family(type, sized(4, sized(field, value))));
}

static bytes gauge(bytes labels)
{
    return sized(4, join(labels, sized(2, real(1, 1))));
}

static bytes histogram(bytes rest)
{
    return with_value(4, 7, join(join(number(1, 3), real(2, 1)), rest));
}

static bytes bucket(uint64_t count, double bound)
{
    return sized(3, join(number(1, count), real(2, bound)));
}

/* The zero bucket of schema 3 and what comes behind it. */
static bytes native(uint64_t zero_count, bytes rest)
{
    return histogram(
        join(join(number(5, 6), real(6, 0x1p-128)), join(number(7, zero_count), rest)));
}

static bytes span(unsigned field, uint64_t offset, uint64_t length)
{
    return sized(field, join(number(1, offset), number(2, length)));
}

static void expect(bytes read, const char *why)
{
    strict_protobuf result;
    bool is_read = strict_protobuf_read(&result, (const char *)read.data, read.size);
    assert_string_equal(is_read ? "" : result.reading.why, why);
    strict_protobuf_free(&result);
}

static void reader_takes_what_keeps_the_rules(void **state)
{
    (void)state;
    expect(none(), "");
    expect(document(family(1, gauge(none()))), "");
    expect(document(family(1, join(gauge(pair("a", "1")), gauge(pair("a", "2"))))), "");
    expect(histogram(join(bucket(1, 1), bucket(3, INFINITY))), "");
    expect(native(1, join(span(12, 0, 2), sized(13, RAW("\x02\x00")))), "");
    expect(native(3, span(12, 0, 0)), "");
}

static void reader_refuses_a_broken_wire(void **state)
{
    (void)state;
    expect(RAW("\x80"), "a varint: cut short");
    expect(RAW("\x05\x0a\x01x"), "a field: longer than what it stands in");
    expect(RAW("\x80\x00"), "a varint: longer than it need be");
    expect(RAW("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"), "a varint: more than 64 bits");
    expect(document(RAW("\x0a\x05x")), "a field: longer than what it stands in");
    expect(document(number(1, 5)), "name: another wire type");
    expect(document(join(number(9, 1), text(1, "x"))), "family: a field that nobody knows");
    expect(document(join(number(3, 1), text(1, "x"))), "family: fields are not in order");
    expect(document(join(text(1, "x"), text(1, "y"))), "name: stands twice");
    expect(document(number(3, 6)), "type: no value of the enum");
    expect(document(text(1, "\xff")), "name: not UTF-8");
    expect(with_value(1, 2, RAW("\x09\x01")), "a double: cut short");
}

static void reader_refuses_families_without_something(void **state)
{
    (void)state;
    expect(document(none()), "family: no name");
    expect(document(text(1, "x")), "family: no type");
    expect(document(family(1, none())), "family: no metric");
    bytes one = document(family(1, gauge(none())));
    expect(join(one, one), "family: stands twice");
}

static void reader_refuses_labels_that_clash(void **state)
{
    (void)state;
    expect(document(family(1, gauge(pair("", "1")))), "label: no name or no value");
    expect(document(family(1, gauge(pair("__name__", "1")))), "label: is the name of the metric");
    expect(document(family(1, gauge(join(pair("a", "1"), pair("a", "2"))))), "label: stands twice");
    expect(document(family(1, join(gauge(pair("a", "1")), gauge(pair("a", "1"))))),
           "metric: stands twice");
}

static void reader_refuses_values_of_another_type(void **state)
{
    (void)state;
    expect(with_value(0, 2, real(1, 1)), "metric: no value of its type, or more than one");
    expect(with_value(1, 2, none()), "number: no value");
    expect(with_value(0, 3, real(1, -1)), "counter: not 0 or more");
    expect(with_value(0, 3, real(1, NAN)), "counter: not 0 or more");
    expect(with_value(2, 4, number(1, 1)), "summary: no count or no sum");
    bytes low = sized(3, join(real(1, 0.5), real(2, 1)));
    bytes head = join(number(1, 1), real(2, 1));
    expect(with_value(2, 4, join(head, join(low, low))), "quantile: not above the one before");
    expect(with_value(2, 4, join(head, sized(3, join(real(1, 2), real(2, 1))))),
           "quantile: not from 0 to 1, or without a value");
}

static void reader_refuses_buckets_out_of_order(void **state)
{
    (void)state;
    expect(histogram(join(bucket(1, 1), bucket(2, 1))), "bucket: bounds do not rise");
    expect(histogram(join(bucket(2, 1), bucket(1, 2))), "bucket: buckets fall");
    expect(histogram(bucket(4, 1)), "histogram: a bucket is above the count");
    expect(histogram(bucket(2, INFINITY)), "histogram: +Inf is not the count");
    expect(histogram(bucket(2, NAN)), "bucket: no count or no bound");
    expect(histogram(number(7, 1)), "histogram: native fields without a schema");
}

static void reader_refuses_native_buckets_that_do_not_fit(void **state)
{
    (void)state;
    bytes three = sized(13, RAW("\x06"));
    expect(native(0, none()), "histogram: no span");
    expect(native(0, join(span(12, 0, 2), three)), "histogram: spans and buckets differ in number");
    expect(native(1, join(span(12, 0, 1), three)),
           "histogram: the native buckets are not the count");
    expect(native(0, join(join(span(12, 0, 1), span(12, 1, 0)), three)),
           "span: a later offset is negative");
    expect(native(0, join(span(12, 0, 1), sized(13, RAW("\x01")))),
           "positive_delta: falls below 0");
    expect(native(0, join(span(12, 0, 1), sized(13, none()))), "positive_delta: is empty");
    expect(histogram(number(5, 18)), "histogram: no zero bucket");
    expect(histogram(join(number(5, 18), join(real(6, 1), number(7, 3)))),
           "histogram: no such schema");
}

static void reader_refuses_exemplars_that_belong_elsewhere(void **state)
{
    (void)state;
    bytes head = join(number(1, 2), real(2, 1));
    expect(histogram(sized(3, join(head, sized(3, real(2, 1.5))))),
           "exemplar: lies in another bucket");
    expect(histogram(join(bucket(1, 0.5), sized(3, join(head, sized(3, real(2, 0.5)))))),
           "exemplar: lies in another bucket");
    expect(native(3, join(span(12, 0, 0), sized(16, real(2, 1)))), "exemplar: no time");
    char value[129];
    memset(value, 'v', sizeof value);
    value[128] = '\0';
    bytes exemplar = sized(2, join(pair("a", value), real(2, 1)));
    expect(with_value(0, 3, join(real(1, 1), exemplar)), "exemplar: too many characters");
    bytes time = sized(3, number(2, 1000000000));
    expect(with_value(0, 3, join(real(1, 1), time)), "timestamp: nanos are not below a second");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_takes_what_keeps_the_rules),
        cmocka_unit_test(reader_refuses_a_broken_wire),
        cmocka_unit_test(reader_refuses_families_without_something),
        cmocka_unit_test(reader_refuses_labels_that_clash),
        cmocka_unit_test(reader_refuses_values_of_another_type),
        cmocka_unit_test(reader_refuses_buckets_out_of_order),
        cmocka_unit_test(reader_refuses_native_buckets_that_do_not_fit),
        cmocka_unit_test(reader_refuses_exemplars_that_belong_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
