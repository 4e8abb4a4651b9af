/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in blocks of 16 bytes, the way in which label values are hashed and compared: a string is
 * cut into blocks up to and with its NUL, and what is left of the last one is zeros.
 *
 * On x86-64 a block is read whole, over the string's end, when it lies in the page in which it
 * begins: no such read can fault. Elsewhere, and where a tool watches each byte, it is read only up
 * to the end. Both ways give the same block.
 *
 * Rejected: aligned 16-byte words, which never cross a page and need no check. Whether a string
 * goes on in a second word depends on its address, so the branch that asks is mispredicted, which
 * costs more than all else; only strings that begin a word are as fast. Words of 8 bytes in general
 * registers take twice the instructions. On other processors libc's strnlen() is fast, and what
 * lies behind a string may have another memory tag, which is a fault.
 */
#ifndef PML_SERIES_BLOCK_H
#define PML_SERIES_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PML_BLOCK_SIZE ((size_t)16)

/* 16 bytes as two words; the arithmetic on it is element by element. */
typedef uint64_t pml_block __attribute__((vector_size(16)));

/* 16 bytes from any address. */
static inline pml_block pml_block_load(const void *bytes)
{
    pml_block block;
    memcpy(&block, bytes, sizeof block);
    return block;
}

/* Ones over the first size bytes, at most 16, and zeros behind them. */
static inline pml_block pml_block_mask(size_t size)
{
    static const unsigned char ones_zeros[2 * 16] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                     255, 255, 255, 255, 255, 255, 255, 255};
    return pml_block_load(ones_zeros + PML_BLOCK_SIZE - size);
}

static inline bool pml_block_is_zero(pml_block block)
{
    return (block[0] | block[1]) == 0;
}

/* Reads the block that begins here, and nothing behind its NUL. Returns how many bytes stand before
   that; 16 when there is none. */
static inline size_t pml_block_read(const char *text, pml_block *block)
{
    size_t size = strnlen(text, PML_BLOCK_SIZE);
    *block = (pml_block){0, 0};
    memcpy(block, text, size);
    return size;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(hwaddress_sanitizer) ||                      \
    __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define PML_EACH_BYTE_IS_WATCHED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_HWADDRESS__) || defined(__SANITIZE_THREAD__)
#define PML_EACH_BYTE_IS_WATCHED
#endif

#if defined(__x86_64__) && !defined(PML_EACH_BYTE_IS_WATCHED)

#include <emmintrin.h>

#define PML_CAN_READ_AHEAD true

/* True if 16 bytes from here lie in one page. False for NULL and for a page's first byte, too, so
   that the usual case asks nothing else. */
static inline bool pml_block_lies_in_page(const char *text)
{
    const uintptr_t smallest_page = 4096;
    return (((uintptr_t)text - 1) & (smallest_page - 1)) < smallest_page - PML_BLOCK_SIZE;
}

/* What pml_block_read() does, for a block that lies in one page. */
static inline size_t pml_block_read_ahead(const char *text, pml_block *block)
{
    /* The compiler may not see which object this is, or it could take the bytes behind its end for
       whatever it likes. */
    __asm__("" : "+r"(text));
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
    __m128i is_nul = _mm_cmpeq_epi8(bytes, _mm_setzero_si128());
    unsigned no_nul = 1u << PML_BLOCK_SIZE;
    size_t size = (size_t)__builtin_ctz((unsigned)_mm_movemask_epi8(is_nul) | no_nul);
    *block = (pml_block)bytes & pml_block_mask(size);
    return size;
}

#else

#define PML_CAN_READ_AHEAD false

static inline bool pml_block_lies_in_page(const char *text)
{
    (void)text;
    return false;
}

static inline size_t pml_block_read_ahead(const char *text, pml_block *block)
{
    return pml_block_read(text, block);
}

#endif

#endif
