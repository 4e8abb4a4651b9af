/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the table of accepted sockets. Deadlines are absolute: bytes that trickle in or out don't
   move them. Who takes a place before its deadline is eviction.c's. */
#include "server/connections.h"

#include "server/clock.h"
#include "server/progress.h"

#include <stdlib.h>
#include <sys/socket.h>

bool pml_server_connections_start(pml_server_connections *table, const pml_server_limits *limits,
                                  const pml_server_metrics *metrics)
{
    table->places = calloc(limits->connections, sizeof *table->places);
    table->size = limits->connections;
    table->count = 0;
    table->limits = limits;
    table->metrics = metrics;
    table->next_deadline_ns = PML_NEVER_NS;
    for (size_t i = 0; table->places != NULL && i < table->size; i++) {
        table->places[i].fd = -1;
    }
    return table->places != NULL;
}

void pml_server_connections_end(pml_server_connections *table)
{
    free(table->places);
    table->places = NULL;
    table->size = 0;
}

size_t pml_server_count_of(const pml_server_connections *table, const pml_server_address *address)
{
    size_t count = 0;
    for (size_t i = 0; i < table->size; i++) {
        const pml_server_connection *c = &table->places[i];
        bool is_counted = c->phase != PML_SERVER_FREE && !c->is_cut;
        count += is_counted && pml_server_is_same_address(&c->address, address);
    }
    return count;
}

/* ---- Places ---- */

pml_server_connection *pml_server_connections_add(pml_server_connections *table, int fd,
                                                  const pml_server_address *address, int64_t now_ns)
{
    pml_server_connection *connection = table->places;
    while (connection->phase != PML_SERVER_FREE) {
        connection++;
    }
    *connection = (pml_server_connection){.fd = fd, .address = *address};
    table->count++;
    pml_server_note_accepted(table->metrics, table->count);
    pml_server_connection_enter(table, connection, PML_SERVER_HEADERS, now_ns);
    return connection;
}

void pml_server_connections_remove(pml_server_connections *table, pml_server_connection *connection)
{
    *connection = (pml_server_connection){.phase = PML_SERVER_FREE, .fd = -1};
    table->count--;
    pml_server_note_closed(table->metrics, table->count);
}

/* ---- Deadlines ---- */

/* Nobody's fault is a collector that takes long, so there is no deadline for that. */
static int64_t deadline(const pml_server_limits *limits, const pml_server_connection *connection,
                        pml_server_phase phase, int64_t now_ns)
{
    switch (phase) {
    case PML_SERVER_HEADERS:
        return now_ns + limits->header_ns;
    case PML_SERVER_IDLE:
        return now_ns + limits->idle_ns;
    case PML_SERVER_SENDING:
        return connection->patience_ns - now_ns < limits->send_ns ? connection->patience_ns
                                                                  : now_ns + limits->send_ns;
    case PML_SERVER_FREE:
    case PML_SERVER_COLLECTING:
        break;
    }
    return PML_NEVER_NS;
}

void pml_server_connection_enter(pml_server_connections *table, pml_server_connection *connection,
                                 pml_server_phase phase, int64_t now_ns)
{
    connection->phase = phase;
    connection->since_ns = now_ns;
    connection->deadline_ns = deadline(table->limits, connection, phase, now_ns);
    connection->seen_ns = now_ns;
    connection->seen_bytes = 0;
    if (connection->deadline_ns < table->next_deadline_ns) {
        table->next_deadline_ns = connection->deadline_ns;
    }
}

/* A connection that libmicrohttpd has already seen the end of is no worse off. */
void pml_server_connection_shut(pml_server_connection *connection)
{
    (void)shutdown(connection->fd, SHUT_RDWR);
    connection->is_cut = true;
    connection->deadline_ns = PML_NEVER_NS;
}

void pml_server_connection_cut(pml_server_connections *table, pml_server_connection *connection,
                               pml_server_rejection reason)
{
    pml_server_note_rejected(table->metrics, reason);
    pml_server_connection_shut(connection);
}

/* Who is done and asks for nothing more was not turned away. */
static void end(pml_server_connections *table, pml_server_connection *connection)
{
    if (connection->phase == PML_SERVER_IDLE) {
        pml_server_connection_shut(connection);
    } else {
        pml_server_connection_cut(table, connection, PML_SERVER_REJECTED_TOO_SLOW);
    }
}

bool pml_server_connections_reap(pml_server_connections *table, int64_t now_ns)
{
    bool is_one_cut = false;
    int64_t next_ns = PML_NEVER_NS;
    if (now_ns < table->next_deadline_ns) {
        return false;
    }
    for (size_t i = 0; i < table->size; i++) {
        pml_server_connection *c = &table->places[i];
        if (c->phase != PML_SERVER_FREE && c->deadline_ns <= now_ns) {
            end(table, c);
            is_one_cut = true;
        } else if (c->phase != PML_SERVER_FREE && c->deadline_ns < next_ns) {
            next_ns = c->deadline_ns;
        }
    }
    table->next_deadline_ns = next_ns;
    return is_one_cut;
}

void pml_server_connections_cut_all(pml_server_connections *table)
{
    for (size_t i = 0; i < table->size; i++) {
        if (table->places[i].fd >= 0) {
            (void)shutdown(table->places[i].fd, SHUT_RDWR);
        }
    }
}
