/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: memory that nobody frees. */
#include <stdlib.h>

int main(void)
{
    volatile char *memory = malloc(8);
    memory[0] = 1;
    memory = NULL;
    return 0;
}
