/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers to text and back by integer arithmetic on the bits alone: no libc formatting, no
 * allocation, and no floating-point operation that a rounding mode could change. */
#include "base/number.h"

#include <string.h>

#include "base/shortest.h"

#define FRACTION_BITS 52
#define BIASED_EXPONENT_MAX 0x7ff
#define EXPONENT_BIAS 1075

#define TEN_TO_8 UINT64_C(100000000)
#define TEN_TO_16 (TEN_TO_8 * TEN_TO_8)

#define ASCII_ZEROS UINT64_C(0x3030303030303030)

/* Digits are put together in words whose lowest byte is the first character. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST_BYTE_LOWEST(word) (word)
#else
#define FIRST_BYTE_LOWEST(word) __builtin_bswap64(word)
#endif

/* A decimal with its 17 digits as characters. count is how many of them are left without the zeros
 * at the end. */
struct digit_text {
    uint64_t head;
    uint64_t tail;
    char last;
    int count;
    int exponent;
};

static void store_text(char *out, uint64_t text)
{
    uint64_t word = FIRST_BYTE_LOWEST(text);
    memcpy(out, &word, sizeof word);
}

/* Zero bytes before the first byte that is not zero; word is not zero. */
static unsigned leading_zero_bytes(uint64_t word)
{
    return (unsigned)__builtin_ctzll(word) / 8;
}

static unsigned trailing_zero_bytes(uint64_t word)
{
    return (unsigned)__builtin_clzll(word) / 8;
}

/* Spreads a value below 10^8 to one digit a byte, the first digit lowest. Each step halves the
 * lanes of the word at once: quotients stay where they are, remainders move half a lane up. The
 * remainder is the lane less the quotient times the divisor, so both go into one multiplication
 * and one subtraction from the lanes moved up. The multiplications in front of the shifts replace
 * divisions by 100 and by 10 and are exact for values below 10^4 and 10^2, whose products are also
 * too small to reach the next lane. */
PML_STEP uint64_t spread_digits(uint32_t value)
{
    uint64_t fours = ((uint64_t)value << 32) - value / 10000 * ((UINT64_C(10000) << 32) - 1);
    uint64_t hundreds = (fours * 5243 >> 19) & UINT64_C(0x0000007f0000007f);
    uint64_t twos = (fours << 16) - hundreds * ((UINT64_C(100) << 16) - 1);
    uint64_t tens = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return (twos << 8) - tens * ((UINT64_C(10) << 8) - 1);
}

PML_STEP void store_eight_digits(uint64_t value, char *out)
{
    store_text(out, spread_digits((uint32_t)value) | ASCII_ZEROS);
}

/* Writes a value below 10^8 without zeros in front, and returns the count of its digits. */
PML_STEP size_t write_up_to_eight(uint64_t value, char *out)
{
    uint64_t digits = spread_digits((uint32_t)value);
    /* The added bit is in the last digit, which a zero keeps. */
    unsigned skipped = leading_zero_bytes(digits | UINT64_C(1) << 56);
    store_text(out, (digits | ASCII_ZEROS) >> 8 * skipped);
    return 8 - skipped;
}

size_t pml_format_u64(uint64_t value, char *out)
{
    if (value < TEN_TO_8) {
        return write_up_to_eight(value, out);
    }
    if (value < TEN_TO_16) {
        size_t size = write_up_to_eight(value / TEN_TO_8, out);
        store_eight_digits(value % TEN_TO_8, out + size);
        return size + 8;
    }
    size_t size = write_up_to_eight(value / TEN_TO_16, out);
    uint64_t rest = value % TEN_TO_16;
    store_eight_digits(rest / TEN_TO_8, out + size);
    store_eight_digits(rest % TEN_TO_8, out + size + 8);
    return size + 16;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static int biased_exponent(uint64_t bits)
{
    return (int)(bits >> FRACTION_BITS) & BIASED_EXPONENT_MAX;
}

static bool is_not_finite(uint64_t bits)
{
    return biased_exponent(bits) == BIASED_EXPONENT_MAX;
}

/* Of a value that is not finite, the result is greater than that of every value that is. */
static struct pml_binary binary_of(uint64_t bits)
{
    uint64_t fraction = bits & (PML_HIDDEN_BIT - 1);
    int biased = biased_exponent(bits);
    if (biased == 0) {
        return (struct pml_binary){.significand = fraction, .exponent = PML_EXPONENT_MIN};
    }
    return (struct pml_binary){
        .significand = fraction | PML_HIDDEN_BIT,
        .exponent = biased - EXPONENT_BIAS,
    };
}

/* From 1 to 2^53 - 1; zero has another exponent. */
static bool is_small_integer(struct pml_binary value)
{
    if (value.exponent > 0 || value.exponent < -FRACTION_BITS) {
        return false;
    }
    uint64_t below_the_point = (UINT64_C(1) << -value.exponent) - 1;
    return (value.significand & below_the_point) == 0;
}

PML_STEP int count_digits(uint64_t head, uint64_t tail, uint64_t last)
{
    int count =
        tail != 0 ? 16 - (int)trailing_zero_bytes(tail) : 8 - (int)trailing_zero_bytes(head);
    return last != 0 ? PML_DIGITS_MAX : count;
}

PML_STEP struct digit_text digit_text_of(struct pml_decimal decimal)
{
    uint64_t head = spread_digits((uint32_t)(decimal.tens / TEN_TO_8));
    uint64_t tail = spread_digits((uint32_t)(decimal.tens % TEN_TO_8));
    return (struct digit_text){
        .head = head | ASCII_ZEROS,
        .tail = tail | ASCII_ZEROS,
        .last = (char)('0' + decimal.last),
        .count = count_digits(head, tail, decimal.last),
        .exponent = decimal.exponent,
    };
}

static void put_digits(const struct digit_text *text, char *out)
{
    store_text(out, text->head);
    store_text(out + 8, text->tail);
    out[16] = text->last;
}

/* The first eight characters after a gap was opened before the one at index, which is 0 to 8. Two
 * shifts, because one by 64 is undefined. */
PML_STEP uint64_t open_gap(uint64_t text, int index)
{
    uint64_t before = (UINT64_C(1) << 4 * index << 4 * index) - 1;
    return (text & before) | (text & ~before) << 8;
}

/* Writes the digits with a point before the one at index, which is 1 to 16. */
PML_STEP void put_digits_with_point(const struct digit_text *text, int index, char *out)
{
    put_digits(text, out + 1);
    if (index < 8) {
        store_text(out, open_gap(text->head, index));
    } else {
        store_text(out, text->head);
        store_text(out + 8, open_gap(text->tail, index - 8));
    }
    out[index] = '.';
}

static bool has_fraction(const struct digit_text *text)
{
    return text->exponent + 1 < text->count;
}

static size_t plain_size(const struct digit_text *text)
{
    if (text->exponent < 0) {
        return (size_t)(text->count - text->exponent + 1);
    }
    return (size_t)(has_fraction(text) ? text->count + 1 : text->exponent + 1);
}

static size_t exponent_size(const struct digit_text *text)
{
    int point = text->count > 1;
    int sign_and_digits = text->exponent <= -100 || text->exponent >= 100 ? 4 : 3;
    return (size_t)(text->count + point + 1 + sign_and_digits);
}

/* The exponent is at least -5 and at most 21, so that all of it fits. */
PML_STEP size_t write_plain(const struct digit_text *text, char *out)
{
    if (text->exponent < 0) {
        memcpy(out, "0.000000", 8);
        put_digits(text, out + 1 - text->exponent);
    } else if (has_fraction(text)) {
        put_digits_with_point(text, text->exponent + 1, out);
    } else {
        put_digits(text, out);
        store_text(out + PML_DIGITS_MAX, ASCII_ZEROS);
    }
    return plain_size(text);
}

PML_STEP size_t write_exponent(const struct digit_text *text, char *out)
{
    put_digits_with_point(text, 1, out);
    char *next = out + (text->count > 1 ? text->count + 1 : 1);
    *next++ = 'e';
    *next++ = text->exponent < 0 ? '-' : '+';
    unsigned magnitude = (unsigned)(text->exponent < 0 ? -text->exponent : text->exponent);
    if (magnitude >= 100) {
        *next++ = (char)('0' + magnitude / 100);
    }
    *next++ = (char)('0' + magnitude / 10 % 10);
    *next++ = (char)('0' + magnitude % 10);
    return (size_t)(next - out);
}

static size_t write_not_finite(uint64_t bits, char *out)
{
    bool is_nan = (bits & (PML_HIDDEN_BIT - 1)) != 0;
    const char *text = is_nan ? "NaN" : bits >> 63 ? "-Inf" : "+Inf";
    size_t size = is_nan ? 3 : 4;
    memcpy(out, text, size);
    return size;
}

/* Writes the sign if there is one, and returns its size. */
static size_t write_minus(uint64_t bits, char *out)
{
    *out = '-';
    return (size_t)(bits >> 63);
}

PML_STEP size_t write_shortest(struct pml_binary value, char *out)
{
    struct digit_text text = digit_text_of(pml_shortest_decimal(value));
    if (plain_size(&text) <= exponent_size(&text)) {
        return write_plain(&text, out);
    }
    return write_exponent(&text, out);
}

size_t pml_format_double(double value, char *out)
{
    uint64_t bits = bits_of(value);
    struct pml_binary magnitude = binary_of(bits);
    size_t sign = write_minus(bits, out);
    /* First, because most values are integers; infinities and NaN have too large an exponent. */
    if (is_small_integer(magnitude)) {
        return sign + pml_format_u64(magnitude.significand >> -magnitude.exponent, out + sign);
    }
    if (is_not_finite(bits)) {
        return write_not_finite(bits, out);
    }
    if (magnitude.significand == 0) {
        out[sign] = '0';
        return sign + 1;
    }
    return sign + write_shortest(magnitude, out + sign);
}

static size_t write_canonical(struct pml_binary value, char *out)
{
    if (value.significand == 0) {
        memcpy(out, "0.0", 3);
        return 3;
    }
    struct digit_text text = digit_text_of(pml_shortest_decimal(value));
    if (text.exponent < -4 || text.exponent >= 6) {
        return write_exponent(&text, out);
    }
    size_t size = write_plain(&text, out);
    if (!has_fraction(&text)) {
        memcpy(out + size, ".0", 2);
        size += 2;
    }
    return size;
}

size_t pml_format_bound(double value, char *out)
{
    uint64_t bits = bits_of(value);
    if (is_not_finite(bits)) {
        return write_not_finite(bits, out);
    }
    size_t sign = write_minus(bits, out);
    return sign + write_canonical(binary_of(bits), out + sign);
}

/* ---- from text ------------------------------------------------------------------------------- */

/* The powers of ten up to this one are exact in the table. */
#define EXACT_POWER_MAX 55

/* A factor of 64 bits, the highest of them set, times a power of ten, of which the table has 128.
 * The table's error makes it too large by less than 2^64, but for small powers. */
struct product {
    uint64_t high;
    uint64_t middle;
    uint64_t low;
    bool is_exact;
};

static struct product multiply(uint64_t factor, int exponent)
{
    const struct pml_pow10 *power = &pml_pow10_table[exponent - PML_POW10_MIN];
    pml_uint128 low = (pml_uint128)factor * power->low;
    pml_uint128 high = (pml_uint128)factor * power->high + (uint64_t)(low >> 64);
    return (struct product){.high = (uint64_t)(high >> 64),
                            .middle = (uint64_t)high,
                            .low = (uint64_t)low,
                            .is_exact = exponent >= 0 && exponent <= EXACT_POWER_MAX};
}

/* Cuts so many bits off the highest word and rounds. False where the error might decide, which is
 * just above the middle of two numbers; just above a number it does not. */
static bool round_product(const struct product *product, int cut, uint64_t *significand)
{
    uint64_t half = UINT64_C(1) << (cut - 1);
    uint64_t rest = product->high & (2 * half - 1);
    bool is_near_half = rest == half && product->middle == 0;
    if (is_near_half && !product->is_exact) {
        return false;
    }
    bool is_tie = is_near_half && product->low == 0;
    *significand = product->high >> cut;
    *significand += is_tie ? *significand & 1 : rest >= half;
    return true;
}

/* A normal one of a significand from 2^52 to 2^53; false for others. */
static bool make_double(uint64_t significand, int biased, double *value)
{
    if (significand == 2 * PML_HIDDEN_BIT) {
        significand = PML_HIDDEN_BIT;
        biased++;
    }
    if (biased < 1 || biased >= BIASED_EXPONENT_MAX) {
        return false;
    }
    uint64_t bits = (uint64_t)biased << FRACTION_BITS | (significand - PML_HIDDEN_BIT);
    memcpy(value, &bits, sizeof bits);
    return true;
}

bool pml_closest_double(uint64_t digits, int64_t exponent, double *value)
{
    if (digits == 0 || exponent < PML_POW10_MIN || exponent > PML_POW10_MAX) {
        return false;
    }
    int power = (int)exponent;
    int shift = __builtin_clzll(digits);
    struct product product = multiply(digits << shift, power);
    /* The product of two numbers with the highest bit set has that bit, or the next. */
    int cut = 63 - FRACTION_BITS - 1 + (int)(product.high >> 63);
    int biased = cut + pml_floor_log2_of_pow10(power) + 1 - shift + EXPONENT_BIAS;
    uint64_t significand;
    return round_product(&product, cut, &significand) && make_double(significand, biased, value);
}
