/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory that the floors record on, and the shortest code that records on it: plainly, by
 * locked instructions, and in restartable sequences. Written for speed alone: no handle is checked,
 * no value refused, and the numbers of cells are constants.
 */
#ifndef BENCH_FLOORS_CELLS_H
#define BENCH_FLOORS_CELLS_H

#include "streams.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FLOOR_INLINE static inline __attribute__((always_inline))

/* The cells of one CPU lie together, and each CPU's are 64 KiB after the former's, so that the
   place of a cell is one shift and one addition. */
enum { FLOOR_REGION_SHIFT = 16, FLOOR_CELL_SIZE = 256, FLOOR_MAX_BOUNDS = BENCH_BOUNDS20 };

typedef union floor_real {
    double value;
    uint64_t bits;
} floor_real;

/* One series: what promlet's own layout holds, too. A counter is counts[0], a gauge the sum. */
typedef struct floor_cell {
    floor_real sum;
    uint64_t counts[FLOOR_MAX_BOUNDS + 1];
} floor_cell;

/* Another layout: a sum for each bucket beside its count, so that 16 bytes are all that an
   observation writes. */
typedef struct floor_pairs {
    struct {
        uint64_t sum; /* the bits of a double */
        uint64_t count;
    } buckets[BENCH_BOUNDS9 + 1];
} floor_pairs;

/* Which bucket: by the sign, the exponent and the first bit of the fraction of a value. No two
   bounds share these, so one comparison is left. */
enum { FLOOR_SLOT_SHIFT = 51, FLOOR_SLOTS = 1 << (64 - FLOOR_SLOT_SHIFT) };

typedef struct floor_search {
    double bounds[FLOOR_MAX_BOUNDS + 1]; /* +Inf behind them */
    uint8_t first[FLOOR_SLOTS];          /* how many bounds are below the slot's least value */
} floor_search;

/* The cell that is the region's with this number, of CPU 0; zeroed. All CPUs have one. */
void *floor_new_cell(void);

/* Fills a search for rising bounds above 0, and exits if they are too close for it. */
void floor_search_init(floor_search *search, const double *bounds, size_t count);

/* The sum of all counts in all cells, and the same if they hold pairs. */
uint64_t floor_count(void);
uint64_t floor_count_in_pairs(void);

FLOOR_INLINE double floor_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

FLOOR_INLINE uint64_t floor_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

FLOOR_INLINE size_t floor_bucket(const floor_search *search, double value)
{
    size_t first = search->first[floor_bits(value) >> FLOOR_SLOT_SHIFT];
    return first + (size_t)(value > search->bounds[first]);
}

/* ---- plain: one writer ----------------------------------------------------------------------- */

/* Volatile, so that it is not kept in a register from one operation to the next. */
FLOOR_INLINE void floor_plain_add(uint64_t *word)
{
    ++*(volatile uint64_t *)word;
}

FLOOR_INLINE void floor_plain_add_real(floor_real *real, double amount)
{
    *(volatile double *)&real->value += amount;
}

/* ---- locked ---------------------------------------------------------------------------------- */

/* relaxed, here and below: there is nothing to order, the counts are read when all have stopped. */
FLOOR_INLINE void floor_locked_add(uint64_t *word)
{
    __atomic_fetch_add(word, 1, __ATOMIC_RELAXED);
}

FLOOR_INLINE void floor_locked_add_real(floor_real *real, double amount)
{
    uint64_t *word = &real->bits;
    uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(word, &old, floor_bits(floor_double(old) + amount), true,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
}

/* True if floor_locked_add_pair() works here: it needs x86-64 with cmpxchg16b. */
bool floor_has_pair_exchange(void);

#ifdef __x86_64__
/* Adds 1 to the count and the amount to the sum of a pair by one locked exchange of 16 bytes, on a
   cell that all threads share. */
FLOOR_INLINE void floor_locked_add_pair(void *pair, double amount)
{
    uint64_t *words = pair;
    uint64_t low = __atomic_load_n(&words[0], __ATOMIC_RELAXED);
    uint64_t high = __atomic_load_n(&words[1], __ATOMIC_RELAXED);
    bool is_done;
    do {
        uint64_t new_low = floor_bits(floor_double(low) + amount);
        uint64_t new_high = high + 1;
        __asm__ volatile("lock cmpxchg16b %[pair]"
                         : [pair] "+m"(*(unsigned char(*)[16])pair), "=@ccz"(is_done), "+a"(low),
                           "+d"(high)
                         : "b"(new_low), "c"(new_high)
                         : "memory");
    } while (!is_done);
}
#else
/* Never called: floor_has_pair_exchange() says no. */
FLOOR_INLINE void floor_locked_add_pair(void *pair, double amount)
{
    (void)pair, (void)amount;
}
#endif

/* ---- restartable ----------------------------------------------------------------------------- */

/* Of this thread; 0 if the system registers none, or this is no x86-64. */
int64_t floor_rseq_offset(void);

#if defined(__x86_64__) && defined(__linux__)
/* The cell of the CPU that glibc's rseq area shows, which may be another one a moment later. */
FLOOR_INLINE void *floor_cell_of_cpu(void *cell, int64_t rseq_offset)
{
    uint32_t cpu;
    __asm__ volatile("movl %%fs:4(%1), %0" : "=r"(cpu) : "r"(rseq_offset));
    return (char *)cell + ((uint64_t)cpu << FLOOR_REGION_SHIFT);
}

/* Announces the section that begins here and leaves the distance to this CPU's cell in rax. The
   kernel sends an interrupted section to 4, behind the signature that glibc registered. */
#define FLOOR_SECTION_BEGIN                                                                        \
    ".pushsection __rseq_cs, \"aw\"\n\t"                                                           \
    ".balign 32\n"                                                                                 \
    "3:\n\t"                                                                                       \
    ".long 0, 0\n\t"                                                                               \
    ".quad 1f, 2f - 1f, 4f\n\t"                                                                    \
    ".popsection\n\t"                                                                              \
    ".pushsection .text.unlikely, \"ax\"\n\t"                                                      \
    ".byte 0x0f, 0xb9, 0x3d\n\t"                                                                   \
    ".long 0x53053053\n"                                                                           \
    "4:\n\t"                                                                                       \
    "jmp %l[again]\n\t"                                                                            \
    ".popsection\n\t"                                                                              \
    "leaq 3b(%%rip), %%rax\n\t"                                                                    \
    "movq %%rax, %%fs:8(%[offset])\n"                                                              \
    "1:\n\t"                                                                                       \
    "movl %%fs:4(%[offset]), %%eax\n\t"                                                            \
    "shlq $16, %%rax\n\t"

FLOOR_INLINE void floor_restartable_add(uint64_t *word, int64_t rseq_offset)
{
again:
    __asm__ goto(FLOOR_SECTION_BEGIN "incq (%[word], %%rax)\n"
                                     "2:"
                 :
                 : [offset] "r"(rseq_offset), [word] "r"(word)
                 : "rax", "cc", "memory"
                 : again);
}

FLOOR_INLINE void floor_restartable_add_real(floor_real *real, double amount, int64_t rseq_offset)
{
again:
    __asm__ goto(FLOOR_SECTION_BEGIN "movsd (%[word], %%rax), %%xmm15\n\t"
                                     "addsd %[amount], %%xmm15\n\t"
                                     "movsd %%xmm15, (%[word], %%rax)\n"
                                     "2:"
                 :
                 : [offset] "r"(rseq_offset), [word] "r"(real), [amount] "x"(amount)
                 : "rax", "xmm15", "cc", "memory"
                 : again);
}

/* Adds 1 to the count and the amount to the sum of a pair, by one store of 16 bytes. */
FLOOR_INLINE void floor_restartable_add_pair(void *pair, double amount, int64_t rseq_offset)
{
    static const uint64_t one[2] __attribute__((aligned(16))) = {0, 1};
again:
    __asm__ goto(FLOOR_SECTION_BEGIN "movdqa (%[pair], %%rax), %%xmm15\n\t"
                                     "paddq %[one], %%xmm15\n\t"
                                     "addsd %[amount], %%xmm15\n\t"
                                     "movdqa %%xmm15, (%[pair], %%rax)\n"
                                     "2:"
                 :
                 : [offset] "r"(rseq_offset), [pair] "r"(pair), [amount] "x"(amount), [one] "m"(one)
                 : "rax", "xmm15", "cc", "memory"
                 : again);
}

#else

/* Never called: floor_rseq_offset() is 0 here. */
FLOOR_INLINE void *floor_cell_of_cpu(void *cell, int64_t rseq_offset)
{
    (void)rseq_offset;
    return cell;
}

FLOOR_INLINE void floor_restartable_add(uint64_t *word, int64_t rseq_offset)
{
    (void)word, (void)rseq_offset;
}

FLOOR_INLINE void floor_restartable_add_real(floor_real *real, double amount, int64_t rseq_offset)
{
    (void)real, (void)amount, (void)rseq_offset;
}

FLOOR_INLINE void floor_restartable_add_pair(void *pair, double amount, int64_t rseq_offset)
{
    (void)pair, (void)amount, (void)rseq_offset;
}

#endif

#endif
