/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an overflow that C does not define. */
#include <limits.h>

int main(int count, char **arguments)
{
    (void)arguments;
    volatile int value = INT_MAX;
    value = value + count;
    return value & 0;
}
