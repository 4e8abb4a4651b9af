/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a read behind the end of allocated memory. */
#include <stdlib.h>

int main(int count, char **arguments)
{
    (void)arguments;
    volatile char *memory = malloc(8);
    int value = memory[7 + count];
    free((void *)memory);
    return value & 0;
}
