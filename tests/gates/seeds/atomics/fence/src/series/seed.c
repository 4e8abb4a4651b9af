/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a fence that the thread sanitizer cannot see. */
void seed(void)
{
    atomic_thread_fence(5);
}

/* expect: atomic_thread_fence: atomics go through base/atomic.h */
