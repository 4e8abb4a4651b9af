/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers to text by integer arithmetic on the bits alone: no libc formatting, no allocation, and
 * no floating-point operation that a rounding mode could change. */
#include "base/number.h"

#include <stdbool.h>
#include <string.h>

#include "base/pow10_table.h"

__extension__ typedef unsigned __int128 uint128;

/* A finite double is significand * 2^exponent, where the significand has at most 53 bits. */
#define FRACTION_BITS 52
#define HIDDEN_BIT (UINT64_C(1) << FRACTION_BITS)
#define BIASED_EXPONENT_MAX 0x7ff
#define EXPONENT_BIAS 1075
#define EXPONENT_MIN (-1074)

/* Every double has a shortest decimal of at most this many digits. */
#define DIGITS_MAX 17

#define TEN_TO_8 UINT64_C(100000000)
#define TEN_TO_16 (TEN_TO_8 * TEN_TO_8)

#define ASCII_ZEROS UINT64_C(0x3030303030303030)

/* Digits are put together in words whose lowest byte is the first character. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define FIRST_BYTE_LOWEST(word) (word)
#else
#define FIRST_BYTE_LOWEST(word) __builtin_bswap64(word)
#endif

struct binary {
    uint64_t significand;
    int exponent;
};

/* digits * 10^(exponent - 16): exponent is that of the first of the 17 digits, and there are 17,
 * with zeros behind them where fewer would do. */
struct decimal {
    uint64_t digits;
    int exponent;
};

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
 * multiplications replace divisions by 100 and by 10 and are exact for values below 10^4 and 10^2,
 * whose products are also too small to reach the next lane. */
static uint64_t spread_digits(uint32_t value)
{
    uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
    uint64_t hundreds = (fours * 5243 >> 19) & UINT64_C(0x0000007f0000007f);
    uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
    uint64_t tens = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return tens | (twos - tens * 10) << 8;
}

static void store_eight_digits(uint64_t value, char *out)
{
    store_text(out, spread_digits((uint32_t)value) | ASCII_ZEROS);
}

/* Writes a value below 10^8 without zeros in front, and returns the count of its digits. */
static size_t write_up_to_eight(uint64_t value, char *out)
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
static struct binary binary_of(uint64_t bits)
{
    uint64_t fraction = bits & (HIDDEN_BIT - 1);
    int biased = biased_exponent(bits);
    if (biased == 0) {
        return (struct binary){.significand = fraction, .exponent = EXPONENT_MIN};
    }
    return (struct binary){
        .significand = fraction | HIDDEN_BIT,
        .exponent = biased - EXPONENT_BIAS,
    };
}

/* From 1 to 2^53 - 1; zero has another exponent. */
static bool is_small_integer(struct binary value)
{
    if (value.exponent > 0 || value.exponent < -FRACTION_BITS) {
        return false;
    }
    uint64_t below_the_point = (UINT64_C(1) << -value.exponent) - 1;
    return (value.significand & below_the_point) == 0;
}

/* The three functions below multiply by a scaled logarithm. tools/make_pow10_table.py proves them
 * for every exponent that a double has; gcc and clang shift negative numbers towards minus
 * infinity. */
static int floor_log10_of_pow2(int exponent)
{
    return (exponent * 1262611) >> 22;
}

static int floor_log10_of_three_quarters_pow2(int exponent)
{
    return (exponent * 1262611 - 524031) >> 22;
}

static int floor_log2_of_pow10(int exponent)
{
    return (exponent * 1741647) >> 19;
}

/* factor * power / 2^128, rounded to odd: the lowest bit is also set if anything was cut off, so
 * that comparisons with even integers come out as with the exact value. Bits below the 68 that are
 * looked at are no more than the error of the table; tools/make_pow10_table.py proves that. */
static uint64_t scale_to_odd(uint64_t factor, const struct pml_pow10 *power)
{
    uint128 low = (uint128)factor * power->low;
    uint128 high = (uint128)factor * power->high + (uint64_t)(low >> 64);
    uint64_t cut_off = (uint64_t)high | (uint64_t)low >> 60;
    return (uint64_t)(high >> 64) | (cut_off != 0);
}

/* Picks the shortest decimal, closest to exact, from the interval lower..upper. The three are in
 * quarters and rounded to odd; the result is in whole units. The interval is at least one unit and
 * less than ten units wide, so it holds at most one multiple of ten, which is then the shortest. */
static uint64_t pick_shortest(uint64_t lower, uint64_t exact, uint64_t upper)
{
    uint64_t unit = exact / 4;
    uint64_t ten = unit / 10 * 10;
    bool is_ten_inside = lower <= 4 * ten;
    bool is_next_ten_inside = 4 * (ten + 10) <= upper;
    if (is_ten_inside != is_next_ten_inside) {
        return ten + (is_next_ten_inside ? 10 : 0);
    }
    bool is_unit_inside = lower <= 4 * unit;
    bool is_next_unit_inside = 4 * (unit + 1) <= upper;
    uint64_t half = 4 * unit + 2;
    bool is_next_closer = exact > half || (exact == half && unit % 2 == 1);
    return unit + (!is_unit_inside || (is_next_unit_inside && is_next_closer));
}

/* The algorithm is Schubfach (Raffaello Giulietti, "The Schubfach way to render doubles"): scaled
 * by one power of ten, the interval of all that rounds to value is one to ten units wide, and the
 * result is an integer in it. Value is not zero. */
static struct decimal shortest_decimal(struct binary value)
{
    /* Below a power of two the doubles lie twice as close. */
    bool is_lopsided = value.significand == HIDDEN_BIT && value.exponent > EXPONENT_MIN;
    int unit = is_lopsided ? floor_log10_of_three_quarters_pow2(value.exponent)
                           : floor_log10_of_pow2(value.exponent);
    const struct pml_pow10 *power = &pml_pow10_table[-unit - PML_POW10_MIN];
    int shift = value.exponent + floor_log2_of_pow10(-unit) + 1;
    uint64_t quarters = 4 * value.significand;
    /* A tie rounds to the even significand: only then do the ends themselves round to value. */
    uint64_t is_open = value.significand & 1;
    uint64_t lower = scale_to_odd((quarters - (is_lopsided ? 1 : 2)) << shift, power) + is_open;
    uint64_t exact = scale_to_odd(quarters << shift, power);
    uint64_t upper = scale_to_odd((quarters + 2) << shift, power) - is_open;
    struct decimal result = {pick_shortest(lower, exact, upper), unit + DIGITS_MAX - 1};
    while (result.digits < TEN_TO_16) {
        result.digits *= 10;
        result.exponent--;
    }
    return result;
}

static int count_digits(uint64_t head, uint64_t tail, unsigned last)
{
    if (last != 0) {
        return DIGITS_MAX;
    }
    if (tail != 0) {
        return 16 - (int)trailing_zero_bytes(tail);
    }
    return 8 - (int)trailing_zero_bytes(head);
}

static struct digit_text digit_text_of(struct decimal decimal)
{
    unsigned last = (unsigned)(decimal.digits % 10);
    uint64_t head = spread_digits((uint32_t)(decimal.digits / 10 / TEN_TO_8));
    uint64_t tail = spread_digits((uint32_t)(decimal.digits / 10 % TEN_TO_8));
    return (struct digit_text){
        .head = head | ASCII_ZEROS,
        .tail = tail | ASCII_ZEROS,
        .last = (char)('0' + last),
        .count = count_digits(head, tail, last),
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
static uint64_t open_gap(uint64_t text, int index)
{
    uint64_t before = (UINT64_C(1) << 4 * index << 4 * index) - 1;
    return (text & before) | (text & ~before) << 8;
}

/* Writes the digits with a point before the one at index, which is 1 to 16. */
static void put_digits_with_point(const struct digit_text *text, int index, char *out)
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
static size_t write_plain(const struct digit_text *text, char *out)
{
    if (text->exponent < 0) {
        memcpy(out, "0.000000", 8);
        put_digits(text, out + 1 - text->exponent);
    } else if (has_fraction(text)) {
        put_digits_with_point(text, text->exponent + 1, out);
    } else {
        put_digits(text, out);
        store_text(out + DIGITS_MAX, ASCII_ZEROS);
    }
    return plain_size(text);
}

static size_t write_exponent(const struct digit_text *text, char *out)
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
    bool is_nan = (bits & (HIDDEN_BIT - 1)) != 0;
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

static size_t write_shortest(struct binary value, char *out)
{
    struct digit_text text = digit_text_of(shortest_decimal(value));
    if (plain_size(&text) <= exponent_size(&text)) {
        return write_plain(&text, out);
    }
    return write_exponent(&text, out);
}

size_t pml_format_double(double value, char *out)
{
    uint64_t bits = bits_of(value);
    struct binary magnitude = binary_of(bits);
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

static size_t write_canonical(struct binary value, char *out)
{
    if (value.significand == 0) {
        memcpy(out, "0.0", 3);
        return 3;
    }
    struct digit_text text = digit_text_of(shortest_decimal(value));
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
