/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: two threads that add to one plain integer. */
#include <pthread.h>
#include <stddef.h>

static volatile int shared; /* Each addition is an access of its own. */

static void *add(void *ctx)
{
    for (int i = 0; i < 10000; i++) {
        shared++;
    }
    return ctx;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, add, NULL) != 0) {
        return 0;
    }
    add(NULL);
    pthread_join(thread, NULL);
    return 0;
}
