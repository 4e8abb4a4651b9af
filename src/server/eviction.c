/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses whom to cut. A connection whose answer is being made is never chosen. */
#include "server/eviction.h"

#include "server/clock.h"
#include "server/progress.h"

#include <string.h>

/* How long a client may take to read before others can have its place; and before others of its own
   address can, which may be one client that comes again and again: so many of those are accepted in
   this time as may be connected, so that nobody is sent away. */
#define READING_GRACE_NS (PML_NS_PER_S)
#define ADDRESS_GRACE_NS (40 * PML_NS_PER_MS)

static bool is_candidate(const pml_server_connection *c, pml_server_phase phase,
                         const pml_server_address *address)
{
    bool is_from_there =
        address == NULL || (c->address.is_known &&
                            memcmp(c->address.bytes, address->bytes, sizeof address->bytes) == 0);
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

pml_server_connection *pml_server_slowest_reader(pml_server_connections *table,
                                                 const pml_server_address *address, int64_t now_ns)
{
    pml_server_connection *slowest = NULL;
    double lowest = 0;
    int64_t grace_ns = address == NULL ? READING_GRACE_NS : ADDRESS_GRACE_NS;
    for (size_t i = 0; i < table->size; i++) {
        pml_server_connection *c = &table->places[i];
        if (!is_candidate(c, PML_SERVER_SENDING, address) || now_ns - c->since_ns < grace_ns) {
            continue;
        }
        double found = reading_rate(c, grace_ns, now_ns);
        bool is_as_slow_for_longer =
            slowest != NULL && !(found > lowest) && c->since_ns < slowest->since_ns;
        if (slowest == NULL || found < lowest || is_as_slow_for_longer) {
            slowest = c;
            lowest = found;
        }
    }
    return slowest;
}

pml_server_connection *pml_server_dispensable(pml_server_connections *table,
                                              const pml_server_address *address, int64_t headers_ns,
                                              int64_t now_ns)
{
    pml_server_connection *found = longest(table, PML_SERVER_IDLE, address, now_ns);
    if (found == NULL) {
        found = longest(table, PML_SERVER_HEADERS, address, now_ns - headers_ns);
    }
    return found != NULL ? found : pml_server_slowest_reader(table, address, now_ns);
}
