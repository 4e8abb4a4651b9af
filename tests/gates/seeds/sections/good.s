# SPDX-License-Identifier: Apache-2.0
# Seed: a function with one restartable section that is well. The files *.sed beside it each make
# one mistake in it.
        .text
        .globl  add
        .type   add, @function
add:
        movq    16(%rdi), %rdx
        leaq    descriptor(%rip), %rax
        movq    %rax, %fs:8(%rdx)
start:
        movl    %fs:4(%rdx), %eax
        cmpl    24(%rdi), %eax
        jae     failure
        imulq   8(%rdi), %rax
        addq    %rsi, (%rcx,%rax)
end:
        movq    $0, %fs:8(%rdx)
        movl    $1, %eax
        ret
failed:
        xorl    %eax, %eax
        ret
        .size   add, .-add

        .section __rseq_failure, "ax", @progbits
        .byte   0x0f, 0xb9, 0x3d
        .long   0x53053053
failure:
        movq    $0, %fs:8(%rdx)
        jmp     failed

        .section __rseq_cs, "aw", @progbits
        .balign 32
descriptor:
        .long   0, 0
        .quad   start, end - start, failure

        .section .note.GNU-stack, "", @progbits
