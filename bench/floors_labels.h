/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor of finding a series by five label strings: each string is read once, 16 bytes at a
 * time; length, hash and the comparison all come from the registers that it was read into.
 *
 * It reads past the end of a string, never into another page. Strings beyond 31 bytes are not
 * found.
 */
#ifndef BENCH_FLOORS_LABELS_H
#define BENCH_FLOORS_LABELS_H

#include "floors_cells.h"

/* Makes the 120 series, each with the cell that floor_new_cell() returns; false: this needs SSE2.
 */
bool floor_labels_init(void);

#ifdef __SSE2__

#include <emmintrin.h>

enum { FLOOR_INDEX_BITS = 12, FLOOR_WORD = 16, FLOOR_PAGE = 4096 };

/* The label values of a series, each padded with zeros. */
typedef struct floor_key {
    __m128i words[BENCH_LABELS];
    __m128i more[BENCH_LABELS]; /* the bytes from 16 on, of labels that have so many */
    unsigned long_labels;       /* a bit for each of them */
} floor_key;

typedef struct floor_entry {
    floor_key key;
    void *cell;
} floor_entry;

typedef struct floor_table {
    uint8_t index[1 << FLOOR_INDEX_BITS];
    floor_entry entries[1 + BENCH_SERIES]; /* number 0, for none, has a key that nothing equals */
} floor_table;

extern floor_table floor_labels;
extern const uint8_t floor_masks[2 * FLOOR_WORD]; /* 16 bytes of ones, 16 of zeros */
extern const uint32_t floor_hash_keys[BENCH_LABELS][2][4]
    __attribute__((aligned(FLOOR_WORD))); /* random */

__m128i floor_load_at_page_end(const char *string);

/* 16 bytes of a string, whatever lies behind its end. */
FLOOR_INLINE __m128i floor_load(const char *string)
{
    if (__builtin_expect(((uintptr_t)string & (FLOOR_PAGE - 1)) > FLOOR_PAGE - FLOOR_WORD, 0)) {
        return floor_load_at_page_end(string);
    }
    return _mm_loadu_si128((const __m128i *)(const void *)string);
}

/* A bit for each byte that is zero. */
FLOOR_INLINE unsigned floor_zeros(__m128i word)
{
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(word, _mm_setzero_si128()));
}

/* The bytes before the first zero, which must exist, and zeros behind them. */
FLOOR_INLINE __m128i floor_before_zero(__m128i word, unsigned zeros)
{
    const uint8_t *mask = floor_masks + FLOOR_WORD - (unsigned)__builtin_ctz(zeros);
    return _mm_and_si128(word, _mm_loadu_si128((const __m128i *)(const void *)mask));
}

/* A part of the sum of products that is the hash: (a + k0) * (b + k1) for each two halves. */
FLOOR_INLINE __m128i floor_mix(__m128i word, const uint32_t *key)
{
    __m128i sum = _mm_add_epi32(word, _mm_load_si128((const __m128i *)(const void *)key));
    return _mm_mul_epu32(sum, _mm_srli_epi64(sum, 32));
}

/* Reads label number i into the key; returns the hash with its part. */
FLOOR_INLINE __m128i floor_take(floor_key *key, size_t i, const char *string, __m128i hash)
{
    __m128i word = floor_load(string);
    unsigned zeros = floor_zeros(word);
    if (__builtin_expect(zeros != 0, 1)) {
        word = floor_before_zero(word, zeros);
    } else {
        __m128i more = floor_load(string + FLOOR_WORD);
        key->more[i] = floor_before_zero(more, floor_zeros(more) | 1u << FLOOR_WORD);
        key->long_labels |= 1u << i;
        hash = _mm_add_epi64(hash, floor_mix(key->more[i], floor_hash_keys[i][1]));
    }
    key->words[i] = word;
    return _mm_add_epi64(hash, floor_mix(word, floor_hash_keys[i][0]));
}

/* Reads five strings; returns their place in the index. */
FLOOR_INLINE size_t floor_read_key(floor_key *key, const char *const *strings)
{
    __m128i hash = _mm_setzero_si128();
    key->long_labels = 0;
    hash = floor_take(key, 0, strings[0], hash);
    hash = floor_take(key, 1, strings[1], hash);
    hash = floor_take(key, 2, strings[2], hash);
    hash = floor_take(key, 3, strings[3], hash);
    hash = floor_take(key, 4, strings[4], hash);
    hash = _mm_add_epi64(hash, _mm_unpackhi_epi64(hash, hash));
    uint64_t spread = (uint64_t)_mm_cvtsi128_si64(hash) * UINT64_C(0x9E3779B97F4A7C15);
    return spread >> (64 - FLOOR_INDEX_BITS);
}

FLOOR_INLINE __m128i floor_same(const floor_key *a, const floor_key *b, size_t i)
{
    return _mm_cmpeq_epi8(a->words[i], b->words[i]);
}

FLOOR_INLINE bool floor_is_same_key(const floor_key *a, const floor_key *b)
{
    __m128i same =
        _mm_and_si128(_mm_and_si128(_mm_and_si128(floor_same(a, b, 0), floor_same(a, b, 1)),
                                    _mm_and_si128(floor_same(a, b, 2), floor_same(a, b, 3))),
                      floor_same(a, b, 4));
    if (_mm_movemask_epi8(same) != 0xffff || a->long_labels != b->long_labels) {
        return false;
    }
    for (unsigned left = a->long_labels; left != 0; left &= left - 1) {
        size_t i = (size_t)__builtin_ctz(left);
        if (_mm_movemask_epi8(_mm_cmpeq_epi8(a->more[i], b->more[i])) != 0xffff) {
            return false;
        }
    }
    return true;
}

/* Says that there is no such series, and exits. */
_Noreturn void floor_none_found(void);

/* The cell of the series with these label values, which must exist. */
FLOOR_INLINE void *floor_find(const char *const *strings)
{
    floor_key key;
    size_t at = floor_read_key(&key, strings);
    for (;; at = (at + 1) % (1 << FLOOR_INDEX_BITS)) {
        const size_t number = floor_labels.index[at];
        const floor_entry *entry = &floor_labels.entries[number];
        if (__builtin_expect(floor_is_same_key(&entry->key, &key), 1)) {
            return entry->cell;
        }
        if (number == 0) {
            floor_none_found();
        }
    }
}

#else

/* Never called: floor_labels_init() says no. */
FLOOR_INLINE void *floor_find(const char *const *strings)
{
    (void)strings;
    return NULL;
}

#endif

#endif
