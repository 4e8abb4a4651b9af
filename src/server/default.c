/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the one server of the process, which promlet_start_metrics_server() starts. */
#include "server/forks.h"
#include "server/life.h"
#include "server/server.h"

#include <promlet/status.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Whoever wants to start or stop takes the server, and puts one back when done; the others wait for
 * it. So two threads that start and stop at once do so one after the other.
 *
 * Nobody has the server while the thread of an old one ends: that thread may be in the log callback
 * of the host, which may start, stop and ask in turn. So a stop first closes the port, puts NULL,
 * and waits for the thread after that.
 *
 * Who starts one does have it, and may be in the log callback as well, with a metric of the
 * server's own that was refused. What the callback starts or stops then can't wait for the start
 * around it.
 *
 * The lock guards the fields below it for the moments of taking, putting back and looking. It is
 * not held in between, because it is taken before each fork: a fork must not wait for a stop, which
 * waits for the server's thread, which may wait for a lock that the core has taken for the same
 * fork. Nothing else is locked while it is held.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_taken;
static pthread_t taker; /* Who has taken it, */
static bool is_to_stop; /* and used by it alone: it has been asked for a stop in its own start. */
static promlet_server *kept; /* NULL when there is none. Who took it may be about to replace it. */
static int kept_port;        /* Its port; kept itself may not be touched by those who only look. */
static unsigned int ending;  /* How many threads wait for the end of a server that was kept. */
static pml_server_process starter; /* Where it was started. */

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&lock);
}

/* A thread that had taken the server does not exist in the child and will not put it back, and
   nobody knows how far it was. So it is forgotten, as are those who waited for something. */
static void after_fork_in_child(void)
{
    if (is_taken) {
        is_taken = false;
        kept = NULL;
        kept_port = 0;
    }
    ending = 0;
    pthread_cond_init(&changed, NULL);
    pthread_mutex_unlock(&lock);
}

/* Without memory for the handlers only a child of a fork amid a start or a stop is worse off. */
static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

static void lock_fields(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&lock);
}

/* Returns false when this thread has it already. */
static bool take(promlet_server **server)
{
    lock_fields();
    bool is_ours = is_taken && pthread_equal(taker, pthread_self()) != 0;
    while (is_taken && !is_ours) {
        pthread_cond_wait(&changed, &lock);
    }
    if (!is_ours) {
        is_taken = true;
        taker = pthread_self();
        is_to_stop = false;
        *server = kept;
    }
    pthread_mutex_unlock(&lock);
    return !is_ours;
}

static void put_back(void)
{
    lock_fields();
    is_taken = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void keep(promlet_server *server)
{
    /* It may register handlers of forks, for which the C library may lock what a fork, which waits
       for our lock, holds. */
    pml_server_process here = pml_server_this_process();
    lock_fields();
    kept = server;
    kept_port = promlet_server_port(server);
    starter = here;
    ending++;
    pthread_mutex_unlock(&lock);
}

static void end(promlet_server *server)
{
    promlet_server_stop(server);
    lock_fields();
    ending--;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* Keep another server, or NULL, instead of the one that was taken, and stop that. */
static void replace(promlet_server *taken, promlet_server *server)
{
    pml_server_stop_listening(taken);
    keep(server);
    put_back();
    end(taken);
}

/* Wait until what others stop has ended as well, so that a stop which found nothing left to do
   means as much as one that did it. */
static void wait_for_ends(void)
{
    lock_fields();
    while (ending > 0) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

/* Called with the lock held, or by who has taken the server. What a fork left us of our parent's
   has no port here. */
static int port_here(void)
{
    return pml_server_is_this_process(&starter) ? kept_port : 0;
}

/* Start a server on another port, then stop the old one; and the new one, where a stop was asked
   for meanwhile. */
static promlet_status move(promlet_server *taken, int port)
{
    promlet_server_opts options = {.port = port};
    promlet_server *started = NULL;
    promlet_status status = promlet_server_start(&options, &started);
    if (is_to_stop) {
        replace(taken, NULL);
        promlet_server_stop(started);
    } else if (status == PROMLET_OK) {
        replace(taken, started);
    } else {
        put_back();
    }
    return status;
}

static promlet_status start_or_stay(promlet_server *taken, int port)
{
    int current = port_here();
    if (current == 0 || (port != 0 && port != current)) {
        return move(taken, port);
    }
    put_back();
    return PROMLET_OK;
}

/* A thread that is cancelled while it waits or has the server would leave the others waiting for
   ever, so cancellation is off in here and in the stop. */
promlet_status promlet_start_metrics_server(int port)
{
    int cancel_state;
    promlet_server *taken = NULL;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    promlet_status status =
        take(&taken) ? start_or_stay(taken, port)
                     : promlet_set_last_error(PROMLET_ERROR_BUSY,
                                              "the metrics server: this thread is starting it");
    pthread_setcancelstate(cancel_state, NULL);
    return status;
}

void promlet_stop_metrics_server(void)
{
    int cancel_state;
    promlet_server *taken = NULL;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    if (!take(&taken)) {
        is_to_stop = true;
    } else {
        replace(taken, NULL);
        if (!pml_server_must_not_wait()) {
            wait_for_ends();
        }
    }
    pthread_setcancelstate(cancel_state, NULL);
}

int promlet_metrics_server_port(void)
{
    lock_fields();
    int port = port_here();
    pthread_mutex_unlock(&lock);
    return port;
}
