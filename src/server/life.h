/* SPDX-License-Identifier: Apache-2.0 */
/* The threads of a server, how they are told to end, and how others wait for that. */
#ifndef PML_SERVER_LIFE_H
#define PML_SERVER_LIFE_H

#include <promlet/server.h>

#include <pthread.h>
#include <stdbool.h>

/* What the threads of a server are told, or without any the loop that runs it. */
typedef enum pml_server_order {
    PML_SERVER_GO_ON,
    PML_SERVER_END,       /* Whoever told them joins them, or the loop stops it, and frees it. */
    PML_SERVER_END_ALONE, /* Nobody waits: the last thread frees it, or the round. */
} pml_server_order;

typedef struct pml_server_life {
    pthread_mutex_t lock;   /* Guards the four below; nothing else is locked while it is held. */
    pthread_cond_t changed; /* A thread has ended. */
    pml_server_order order;
    unsigned int threads; /* How many have not ended. */
    bool is_in_round;     /* Without a thread: whether promlet_server_run() is running, */
    pthread_t runner;     /* and in which thread. */
    pthread_t thread;     /* The one that runs the server, */
    pthread_t worker;     /* and the one that collects. */
} pml_server_life;

/* Returns 0 or an errno value. */
int pml_server_life_begin(pml_server_life *life);
void pml_server_life_end(pml_server_life *life);

/* Start the threads. Returns 0, or an errno value with none left. */
int pml_server_start_threads(promlet_server *server);

/* Tell the threads, or the loop, to end. Returns whether there is a thread to do so; if there is,
   the server must not be touched after PML_SERVER_END_ALONE. */
bool pml_server_give_order(promlet_server *server, pml_server_order order);

pml_server_order pml_server_read_order(promlet_server *server);

/* For a server without a thread, when its loop begins a round; false when it is in one. */
bool pml_server_enter_round(promlet_server *server);
/* And when it has ended; what was told meanwhile, or before. */
pml_server_order pml_server_leave_round(promlet_server *server);

/* Tell the round to free the server, if one runs in this very thread. Returns whether. */
bool pml_server_end_with_round(promlet_server *server);

/* Wait until the threads have ended, for so many seconds at most. Returns whether they have; then
   they are joined. */
bool pml_server_join_threads(promlet_server *server, double seconds);

/* Whether the caller is in a callback or collector, or is a thread of a server, which a log
   callback can be. It must not wait for a server to end. */
bool pml_server_must_not_wait(void);

#endif
