/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the one server of the process, which promlet_start_metrics_server() starts. */
#include <promlet/server.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

/*
 * Whoever wants to start, stop or ask takes the server, and puts one back when done; the others
 * wait for it. So two threads that start and stop at once do so one after the other, and nobody
 * waits longer than a start and a stop take, which is milliseconds.
 *
 * The lock guards the fields below it for the moments of taking and putting back. It is not held
 * in between, because it is taken before each fork: a fork must not wait for a stop, which waits
 * for the server's thread, which may wait for a lock that the core has taken for the same fork.
 * Nothing else is locked while it is held.
 */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t put_back = PTHREAD_COND_INITIALIZER;
static bool is_taken;
static promlet_server *kept; /* NULL when there is none. Meaningless while it is taken. */
static pid_t starter;        /* The process in which it was started. */

static void before_fork(void)
{
    pthread_mutex_lock(&lock);
}

static void after_fork_in_parent(void)
{
    pthread_mutex_unlock(&lock);
}

/* A thread that had taken the server does not exist in the child and will not put it back, and
   nobody knows how far it was. So it is forgotten, as are those who waited for it. */
static void after_fork_in_child(void)
{
    if (is_taken) {
        is_taken = false;
        kept = NULL;
    }
    pthread_cond_init(&put_back, NULL);
    pthread_mutex_unlock(&lock);
}

/* Without memory for the handlers only a child of a fork amid a start or a stop is worse off. */
static void watch_forks(void)
{
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/* A thread that is cancelled while it waits or has the server would leave the others waiting for
   ever, so cancellation is off from here to put(). */
static promlet_server *take(int *cancel_state)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, cancel_state);
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&lock);
    while (is_taken) {
        pthread_cond_wait(&put_back, &lock);
    }
    is_taken = true;
    promlet_server *server = kept;
    pthread_mutex_unlock(&lock);
    return server;
}

/* server is what is kept from now on. A server that is not the one that was taken belongs to this
   process. */
static void put(promlet_server *server, int cancel_state)
{
    pthread_mutex_lock(&lock);
    if (server != kept) {
        kept = server;
        starter = getpid();
    }
    is_taken = false;
    pthread_cond_signal(&put_back);
    pthread_mutex_unlock(&lock);
    pthread_setcancelstate(cancel_state, NULL);
}

/* The port of a server that was taken; 0 for none and for what a fork left us of our parent's. */
static int port_here(const promlet_server *server)
{
    return starter == getpid() ? promlet_server_port(server) : 0;
}

/* Start a server on another port, then stop the old one. Returns with *server the one to keep. */
static promlet_status move(promlet_server **server, int port)
{
    promlet_server_opts options = {.port = port};
    promlet_server *started = NULL;
    promlet_status status = promlet_server_start(&options, &started);
    if (status == PROMLET_OK) {
        promlet_server_stop(*server);
        *server = started;
    }
    return status;
}

promlet_status promlet_start_metrics_server(int port)
{
    int cancel_state;
    promlet_status status = PROMLET_OK;
    promlet_server *server = take(&cancel_state);
    int current = port_here(server);
    if (current == 0 || (port != 0 && port != current)) {
        status = move(&server, port);
    }
    put(server, cancel_state);
    return status;
}

void promlet_stop_metrics_server(void)
{
    int cancel_state;
    promlet_server_stop(take(&cancel_state));
    put(NULL, cancel_state);
}

int promlet_metrics_server_port(void)
{
    int cancel_state;
    promlet_server *server = take(&cancel_state);
    int port = port_here(server);
    put(server, cancel_state);
    return port;
}
