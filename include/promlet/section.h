/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Additions to the cell of the CPU that the thread runs on, as restartable sequences (rseq(2)): a
 * few plain instructions that end in one store. If the thread is preempted, moved to another CPU or
 * interrupted by a signal before that store, the kernel sends it to the failure path instead, so
 * nothing is ever half done, and no other thread writes to the cell meanwhile. glibc 2.35 and later
 * register the area of each thread.
 *
 * Not for programs; hot_path.h and the library use it.
 *
 * Only where it was run: Linux on x86-64. Elsewhere, and under sanitizers, which can't see into
 * assembly, both functions say no, and atomic operations do the work.
 */
#ifndef PROMLET_SECTION_H
#define PROMLET_SECTION_H

#include <promlet/cell.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_HWADDRESS__) || defined(__SANITIZE_THREAD__)
#define PROMLET_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer) || __has_feature(hwaddress_sanitizer)
#define PROMLET_IS_SANITIZED 1
#endif
#endif

/* 1 where restartable sequences are compiled in. */
#if defined(__linux__) && defined(__x86_64__) && defined(__LP64__) && !defined(PROMLET_IS_SANITIZED)
#define PROMLET_HAS_SECTIONS 1
#else
#define PROMLET_HAS_SECTIONS 0
#endif

#define PROMLET_ALWAYS_INLINE static inline __attribute__((always_inline))

#if PROMLET_HAS_SECTIONS

/*
 * What both sections share. struct rseq has cpu_id at 4 and rseq_cs at 8.
 *
 * begin: describes the section to the kernel (struct rseq_cs: version and flags, where it starts,
 * how long it is, where it fails to), and makes it the current one. The section starts with the
 * instruction after that store, so there is no moment in between. Then the offset of this CPU's
 * cell, in rax; a CPU without a cell fails.
 *
 * end: takes the description back, because the kernel reads it whenever it interrupts the thread,
 * and the module that holds it may be gone by then.
 *
 * The failure path stands behind the signature that glibc registers with the kernel, inside an
 * instruction that is never run. "?" puts both into the section group of the code around them, and
 * the number makes sections of their own of them, so that the linker drops them with that code.
 */
#define PROMLET_SECTION_BEGIN                                                                      \
    ".pushsection __rseq_cs,\"aw?\",@progbits,unique,%=\n\t"                                       \
    ".balign 32\n"                                                                                 \
    "3:\n\t"                                                                                       \
    ".long 0, 0\n\t"                                                                               \
    ".quad 1f, 2f - 1f, 4f\n\t"                                                                    \
    ".popsection\n\t"                                                                              \
    ".pushsection __rseq_failure,\"ax?\",@progbits,unique,%=\n\t"                                  \
    ".byte 0x0f, 0xb9, 0x3d\n\t" /* ud1 <signature>(%rip), %edi */                                 \
    ".long 0x53053053\n"                                                                           \
    "4:\n\t"                                                                                       \
    "movq $0, %%fs:8(%[offset])\n\t"                                                               \
    "jmp %l[failed]\n\t"                                                                           \
    ".popsection\n\t"                                                                              \
    "leaq 3b(%%rip), %%rax\n\t"                                                                    \
    "movq %%rax, %%fs:8(%[offset])\n"                                                              \
    "1:\n\t"                                                                                       \
    "movl %%fs:4(%[offset]), %%eax\n\t"                                                            \
    "cmpl %[cell_count], %%eax\n\t"                                                                \
    "jae 4b\n\t"                                                                                   \
    "imulq %[stride], %%rax\n\t"

#define PROMLET_SECTION_END                                                                        \
    "\n2:\n\t"                                                                                     \
    "movq $0, %%fs:8(%[offset])"

/* Mixing the older encoding with AVX code stalls some CPUs. */
#ifdef __AVX__
#define PROMLET_SECTION_ADD_REAL                                                                   \
    "vmovsd (%[cells], %%rax), %%xmm15\n\t"                                                        \
    "vaddsd %[amount], %%xmm15, %%xmm15\n\t"                                                       \
    "vmovsd %%xmm15, (%[cells], %%rax)"
#else
#define PROMLET_SECTION_ADD_REAL                                                                   \
    "movsd (%[cells], %%rax), %%xmm15\n\t"                                                         \
    "addsd %[amount], %%xmm15\n\t"                                                                 \
    "movsd %%xmm15, (%[cells], %%rax)"
#endif

/* Adds to a word of this CPU's cell. False: it was not added, because the cells are atomic ones,
   the CPU has none, or the section was interrupted. x86 makes stores visible in their order. */
PROMLET_ALWAYS_INLINE bool promlet_section_add_whole(const struct promlet_spread *spread,
                                                     size_t word, uint64_t amount)
{
    if (spread->rseq_offset == 0) {
        return false;
    }
    __asm__ goto(PROMLET_SECTION_BEGIN "addq %[amount], (%[cells], %%rax)" PROMLET_SECTION_END
                 :
                 : [offset] "r"(spread->rseq_offset), [cell_count] "m"(spread->cell_count),
                   [stride] "m"(spread->stride), [amount] "er"(amount),
                   [cells] "r"(spread->cells + word * sizeof(uint64_t))
                 : "rax", "cc", "memory"
                 : failed);
    return true;
failed:
    return false;
}

/* The same for a word that holds the bits of a double. */
PROMLET_ALWAYS_INLINE bool promlet_section_add_real(const struct promlet_spread *spread,
                                                    size_t word, double amount)
{
    if (spread->rseq_offset == 0) {
        return false;
    }
    __asm__ goto(PROMLET_SECTION_BEGIN PROMLET_SECTION_ADD_REAL PROMLET_SECTION_END
                 :
                 : [offset] "r"(spread->rseq_offset), [cell_count] "m"(spread->cell_count),
                   [stride] "m"(spread->stride), [amount] "x"(amount),
                   [cells] "r"(spread->cells + word * sizeof(uint64_t))
                 : "rax", "xmm15", "cc", "memory"
                 : failed);
    return true;
failed:
    return false;
}

#else

PROMLET_ALWAYS_INLINE bool promlet_section_add_whole(const struct promlet_spread *spread,
                                                     size_t word, uint64_t amount)
{
    (void)spread, (void)word, (void)amount;
    return false;
}

PROMLET_ALWAYS_INLINE bool promlet_section_add_real(const struct promlet_spread *spread,
                                                    size_t word, double amount)
{
    (void)spread, (void)word, (void)amount;
    return false;
}

#endif

#endif
