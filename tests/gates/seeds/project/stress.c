/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a test that fails only when it runs for long. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    const char *seconds = getenv("PROMLET_TEST_SECONDS");
    if (seconds != NULL && atoi(seconds) >= 10) {
        puts("found after a long time");
        return 1;
    }
    return 0;
}
