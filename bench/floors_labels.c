/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the floor of finding by labels does outside of the measured loop: makes the 120 series with
 * their index, and checks that each look-up which will be made finds its own. Reading, hashing and
 * comparing are inline, in the header.
 */
#include "floors_labels.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef __SSE2__

floor_table floor_labels;

const uint8_t floor_masks[2 * FLOOR_WORD] = {255, 255, 255, 255, 255, 255, 255, 255,
                                             255, 255, 255, 255, 255, 255, 255, 255};

const uint32_t floor_hash_keys[BENCH_LABELS][2][4] = {
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89}},
    {{0x452821e6, 0x38d01377, 0xbe5466cf, 0x34e90c6c},
     {0xc0ac29b7, 0xc97c50dd, 0x3f84d5b5, 0xb5470917}},
    {{0x9216d5d9, 0x8979fb1b, 0xd1310ba6, 0x98dfb5ac},
     {0x2ffd72db, 0xd01adfb7, 0xb8e1afed, 0x6a267e96}},
    {{0xba7c9045, 0xf12c7f99, 0x24a19947, 0xb3916cf7},
     {0x0801f2e2, 0x858efc16, 0x636920d8, 0x71574e69}},
    {{0xa458fea3, 0xf4933d7e, 0x0d95748f, 0x728eb658},
     {0x718bcd58, 0x82154aee, 0x7b54a41d, 0xc25a59b5}}};

__m128i floor_load_at_page_end(const char *string)
{
    char bytes[FLOOR_WORD] = {0};
    for (size_t i = 0; i < FLOOR_WORD && string[i] != '\0'; i++) {
        bytes[i] = string[i];
    }
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

_Noreturn void floor_none_found(void)
{
    fputs("floors: a look-up by labels found no series\n", stderr);
    exit(1);
}

/* Each look-up that will be made finds its series. */
static void check_all(void)
{
    for (size_t at = 0; at < BENCH_STREAM; at++) {
        if (floor_find(bench_labels[at]) != floor_labels.entries[1 + bench_order[at]].cell) {
            fputs("floors: a look-up by labels found another series\n", stderr);
            exit(1);
        }
    }
}

bool floor_labels_init(void)
{
    floor_labels.entries[0].key.long_labels = ~0u; /* no key that was read has so many */
    for (size_t i = 0; i < BENCH_SERIES; i++) {
        const char *values[BENCH_LABELS];
        bench_labels_of(i, values);
        floor_entry *entry = &floor_labels.entries[1 + i];
        size_t at = floor_read_key(&entry->key, values);
        while (floor_labels.index[at] != 0) {
            at = (at + 1) % (1 << FLOOR_INDEX_BITS);
        }
        floor_labels.index[at] = (uint8_t)(1 + i);
        entry->cell = floor_new_cell();
    }
    check_all();
    return true;
}

#else

bool floor_labels_init(void)
{
    return false;
}

#endif
