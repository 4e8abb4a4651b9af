/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a decision by memory that was never written, and that no compiler sees. */
#include <stdlib.h>

int main(int count, char **arguments)
{
    (void)arguments;
    volatile char *memory = malloc(8);
    volatile int status = 0; /* What is decided must stay a jump. */
    for (int i = 0; i < count; i++) {
        memory[i] = 1;
    }
    if (memory[count + 1] == 7) {
        status = 1;
    }
    free((void *)memory);
    return status & 0;
}
