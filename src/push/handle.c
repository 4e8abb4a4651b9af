/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes libcurl ready once a process, and never undoes it: other code of the process may use
 * libcurl as well. libcurl counts and locks such calls by itself (since 7.84, where the platform
 * has atomics), so the host may make its own at any time.
 */
#include "push/handle.h"

#include <pthread.h>

/*
 * Held across fork(), and while a handle is made: libcurl then spins on a lock of its own, which a
 * child would find locked for ever. Nothing else is locked and no user code called meanwhile.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&lock);
}

/* Where this fails, making a handle tries it again. The TLS library is made ready here, outside of
   the lock, as it may have handlers of its own for forks. */
static void make_ready(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)pthread_atfork(before_fork, after_fork, after_fork);
}

CURL *pml_push_handle_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_ready);
    pthread_mutex_lock(&lock);
    CURL *curl = curl_easy_init();
    pthread_mutex_unlock(&lock);
    return curl;
}
