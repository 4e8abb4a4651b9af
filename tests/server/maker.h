/* SPDX-License-Identifier: Apache-2.0 */
/* Which thread of a server has made a document. Each has a family that can't be shown beside the
   server's own, so the log callback hears of it in that thread. */
#ifndef PML_TESTS_SERVER_MAKER_H
#define PML_TESTS_SERVER_MAKER_H

#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"

#include <pthread.h>
#include <sys/prctl.h>

/* The name of that family, for requests that want it alone. */
#define MAKER_TARGET "/metrics?name[]=promlet_server_connections"

static pthread_mutex_t maker_lock = PTHREAD_MUTEX_INITIALIZER;
static char maker_name[16]; /* of the thread that was heard last; guarded by the lock */

static inline void maker_note(void)
{
    pthread_mutex_lock(&maker_lock);
    (void)prctl(PR_GET_NAME, maker_name);
    pthread_mutex_unlock(&maker_lock);
}

/* A log callback. */
static inline void maker_hear(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
    maker_note();
}

/* Whether that thread has this name; nobody was heard afterwards. */
static inline bool maker_is(const char *name)
{
    pthread_mutex_lock(&maker_lock);
    bool result = strcmp(maker_name, name) == 0;
    maker_name[0] = '\0';
    pthread_mutex_unlock(&maker_lock);
    return result;
}

static inline bool maker_is_who_serves(void)
{
    return maker_is("promlet-http");
}

static inline bool maker_is_who_collects(void)
{
    return maker_is("promlet-worker");
}

/* A registry with that family, and a server for it, whose log callback is to be set. */
static inline promlet_server *maker_start(promlet_registry **registry)
{
    promlet_server *server = NULL;
    *registry = promlet_registry_new();
    (void)promlet_counter_new(*registry,
                              &(promlet_opts){.name = "promlet_server_connections_total"});
    (void)promlet_server_start(&(promlet_server_opts){.registry = *registry}, &server);
    return server;
}

static inline void maker_stop(promlet_server *server, promlet_registry *registry)
{
    promlet_server_stop(server);
    promlet_registry_free(registry);
    promlet_set_log_callback(NULL, NULL);
}

/* Some series more, of some 160 bytes each. */
static inline void maker_add(promlet_registry *registry, int count)
{
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .labels = {"queue"}, .max_series = 10000});
    for (int i = 0; i < count; i++) {
        char value[32];
        snprintf(value, sizeof value, "queue_%d", i);
        promlet_counter_inc_by(family, value);
    }
}

#endif
