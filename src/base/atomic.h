/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every atomic operation of the library, with its memory order in its name. Nothing else may
 * include <stdatomic.h> or use an atomic builtin, but <promlet/hot_path.h>, which programs compile.
 *
 * Two forms: macros for fields that are declared _Atomic, and pml_word_ functions for the words of
 * a cell, which are plain uint64_t because <promlet/cell.h> must compile as C++. Both mean the same
 * to the machine and to the thread sanitizer.
 */
#ifndef PML_BASE_ATOMIC_H
#define PML_BASE_ATOMIC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A recording must be lock-free to be safe in a signal handler. */
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "promlet needs lock-free 64-bit atomics");
_Static_assert(ATOMIC_POINTER_LOCK_FREE == 2, "promlet needs lock-free pointers");

#define pml_load_relaxed(field) atomic_load_explicit((field), memory_order_relaxed)
#define pml_load_acquire(field) atomic_load_explicit((field), memory_order_acquire)
#define pml_store_relaxed(field, value)                                                            \
    atomic_store_explicit((field), (value), memory_order_relaxed)
#define pml_store_release(field, value)                                                            \
    atomic_store_explicit((field), (value), memory_order_release)
#define pml_add_relaxed(field, amount)                                                             \
    atomic_fetch_add_explicit((field), (amount), memory_order_relaxed)
#define pml_add_acq_rel(field, amount)                                                             \
    atomic_fetch_add_explicit((field), (amount), memory_order_acq_rel)
#define pml_sub_acq_rel(field, amount)                                                             \
    atomic_fetch_sub_explicit((field), (amount), memory_order_acq_rel)

/* Stores `value` if the field holds *expected; else copies what it holds there and says false. */
#define pml_exchange_if_relaxed(field, expected, value)                                            \
    atomic_compare_exchange_strong_explicit((field), (expected), (value), memory_order_relaxed,    \
                                            memory_order_relaxed)

/* The same for what the field guards. */
#define pml_exchange_if_acq_rel(field, expected, value)                                            \
    atomic_compare_exchange_strong_explicit((field), (expected), (value), memory_order_acq_rel,    \
                                            memory_order_acquire)

/*
 * Two threads, each of which stores and then loads what the other one stores: with a fence in
 * between in both, at least one of them sees the other's store.
 *
 * gcc's thread sanitizer knows no fences and warns of each. An addition to a word that nobody reads
 * is as good on x86, the only machine on which that sanitizer is used with it.
 */
#if defined(__SANITIZE_THREAD__) && !defined(__clang__)
static inline void pml_fence_seq_cst(void)
{
    static uint64_t unread;
    (void)__atomic_fetch_add(&unread, 0, __ATOMIC_SEQ_CST);
}
#else
static inline void pml_fence_seq_cst(void)
{
    atomic_thread_fence(memory_order_seq_cst);
}
#endif

/* The same right behind an atomic addition. On x86 that is a fence by itself, so that only the
   compiler must be told. */
#if defined(__x86_64__) || defined(__i386__)
static inline void pml_fence_behind_add_seq_cst(void)
{
    atomic_signal_fence(memory_order_seq_cst);
}
#else
static inline void pml_fence_behind_add_seq_cst(void)
{
    pml_fence_seq_cst();
}
#endif

/* Pointers in a cell: plain, as its words are. */
#define pml_pointer_load_acquire(place) __atomic_load_n((place), __ATOMIC_ACQUIRE)
#define pml_pointer_store_release(place, value) __atomic_store_n((place), (value), __ATOMIC_RELEASE)

static inline uint32_t pml_half_word_load_relaxed(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void pml_half_word_or_relaxed(uint32_t *word, uint32_t bits)
{
    (void)__atomic_fetch_or(word, bits, __ATOMIC_RELAXED);
}

static inline void pml_half_word_and_relaxed(uint32_t *word, uint32_t bits)
{
    (void)__atomic_fetch_and(word, bits, __ATOMIC_RELAXED);
}

static inline void pml_half_word_add_relaxed(uint32_t *word, uint32_t amount)
{
    (void)__atomic_fetch_add(word, amount, __ATOMIC_RELAXED);
}

/* Stores `value` if the half word holds *expected; else copies what it holds there and says false.
 */
static inline bool pml_half_word_exchange_if_relaxed(uint32_t *word, uint32_t *expected,
                                                     uint32_t value)
{
    return __atomic_compare_exchange_n(word, expected, value, false, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED);
}

static inline uint64_t pml_word_load_relaxed(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t pml_word_load_acquire(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void pml_word_store_relaxed(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static inline void pml_word_add_relaxed(uint64_t *word, uint64_t amount)
{
    (void)__atomic_fetch_add(word, amount, __ATOMIC_RELAXED);
}

static inline void pml_word_add_release(uint64_t *word, uint64_t amount)
{
    (void)__atomic_fetch_add(word, amount, __ATOMIC_RELEASE);
}

static inline uint64_t pml_word_or_relaxed(uint64_t *word, uint64_t bits)
{
    return __atomic_fetch_or(word, bits, __ATOMIC_RELAXED);
}

static inline uint64_t pml_word_and_relaxed(uint64_t *word, uint64_t bits)
{
    return __atomic_fetch_and(word, bits, __ATOMIC_RELAXED);
}

/* Stores `value` if the word holds *expected; else, or now and then, copies what it holds there and
   says false. */
static inline bool pml_word_exchange_if_relaxed(uint64_t *word, uint64_t *expected, uint64_t value)
{
    return __atomic_compare_exchange_n(word, expected, value, true, __ATOMIC_RELAXED,
                                       __ATOMIC_RELAXED);
}

/* A double in a word: its bits, so that the word stays lock-free. */
static inline uint64_t pml_bits_of_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline double pml_double_of_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Adds to the double in a word. Lock-free: a failed exchange means that another thread got on. */
static inline void pml_word_add_double_relaxed(uint64_t *word, double amount)
{
    uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
    uint64_t sum;
    do {
        sum = pml_bits_of_double(pml_double_of_bits(old) + amount);
    } while (
        !__atomic_compare_exchange_n(word, &old, sum, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}

#endif
