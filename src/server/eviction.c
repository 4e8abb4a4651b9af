/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses whom to cut. A connection whose answer is being made is never chosen. */
#include "server/eviction.h"

#include "server/clock.h"
#include "server/progress.h"

#include <stddef.h>

/* Who takes less has given up, or never meant to read. */
#define STALLED_BYTES_A_SECOND (64 * 1024.0)

static bool is_candidate(const pml_server_connection *c, pml_server_phase phase,
                         const pml_server_address *address)
{
    bool is_from_there = address == NULL || pml_server_is_same_address(&c->address, address);
    return c->phase == phase && !c->is_cut && is_from_there;
}

/* Who has been longest in a phase, of those that are in it since then; NULL: nobody. */
static pml_server_connection *longest(pml_server_connections *table, pml_server_phase phase,
                                      const pml_server_address *address, int64_t since_ns)
{
    pml_server_connection *found = NULL;
    for (size_t i = 0; i < table->size; i++) {
        pml_server_connection *c = &table->places[i];
        bool is_longer = found == NULL || c->since_ns < found->since_ns;
        if (is_candidate(c, phase, address) && c->since_ns <= since_ns && is_longer) {
            found = c;
        }
    }
    return found;
}

/* How fast a client reads of late. What it took at once, into its buffers, tells little: so who is
   looked at again and again is judged by what came since. */
static double reading_rate(pml_server_connection *c, int64_t grace_ns, int64_t now_ns)
{
    if (now_ns - c->seen_ns >= grace_ns) {
        uint64_t bytes = pml_server_sent_bytes(c->fd);
        c->seen_rate =
            (double)(bytes - c->seen_bytes) * (double)PML_NS_PER_S / (double)(now_ns - c->seen_ns);
        c->seen_bytes = bytes;
        c->seen_ns = now_ns;
    }
    return c->seen_rate;
}

/* Whether its time is over, and then its rate. */
static bool has_read_long_enough(pml_server_connection *c, pml_server_grace grace, int64_t now_ns,
                                 double *rate)
{
    int64_t age_ns = now_ns - c->since_ns;
    if (age_ns < grace.stalled_ns) {
        return false;
    }
    *rate = reading_rate(c, grace.stalled_ns, now_ns);
    return age_ns >= grace.reading_ns || *rate < STALLED_BYTES_A_SECOND;
}

static pml_server_connection *slowest_reader(pml_server_connections *table,
                                             const pml_server_address *address,
                                             pml_server_grace grace, int64_t now_ns)
{
    pml_server_connection *slowest = NULL;
    double lowest = 0;
    for (size_t i = 0; i < table->size; i++) {
        pml_server_connection *c = &table->places[i];
        double found;
        if (!is_candidate(c, PML_SERVER_SENDING, address) ||
            !has_read_long_enough(c, grace, now_ns, &found)) {
            continue;
        }
        bool is_as_slow_for_longer =
            slowest != NULL && !(found > lowest) && c->since_ns < slowest->since_ns;
        if (slowest == NULL || found < lowest || is_as_slow_for_longer) {
            slowest = c;
            lowest = found;
        }
    }
    return slowest;
}

pml_server_connection *pml_server_slowest_reader(pml_server_connections *table, int64_t grace_ns,
                                                 int64_t now_ns)
{
    pml_server_grace grace = {.reading_ns = grace_ns, .stalled_ns = grace_ns};
    return slowest_reader(table, NULL, grace, now_ns);
}

pml_server_connection *pml_server_dispensable(pml_server_connections *table,
                                              const pml_server_address *address,
                                              pml_server_grace grace, int64_t now_ns)
{
    pml_server_connection *found = longest(table, PML_SERVER_IDLE, address, now_ns);
    if (found == NULL) {
        found = longest(table, PML_SERVER_HEADERS, address, now_ns - grace.headers_ns);
    }
    return found != NULL ? found : slowest_reader(table, address, grace, now_ns);
}
