/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits wrong tries, for each source and for all together. Sources of which somebody has shown
 * right credentials are not held to the second, so that strangers can't lock them out; sources for
 * which there is no room share the second alone. Waits are short: whoever stops trying is looked at
 * again within a second or so.
 */
#include "server/auth_tries.h"

#include <stddef.h>
#include <string.h>

/* So many wrong tries at once, and then one in each such time. */
typedef struct limit {
    int64_t tries;
    int64_t each_ms;
} limit;

static const limit of_source = {10, 1000};
static const limit of_everyone = {100, 50};

/* ---- sources --------------------------------------------------------------------------------- */

pml_server_source pml_server_source_of(const pml_server_address *address)
{
    pml_server_source source = {{0}};
    if (address->is_known) {
        memcpy(source.bytes, address->bytes, pml_server_is_ipv4(address) ? 16 : 8);
    }
    return source;
}

/* ---- allowances ------------------------------------------------------------------------------ */

static int64_t wait_of(const pml_server_allowance *allowance, const limit *most, int64_t now_ms)
{
    int64_t wait = allowance->used_until_ms - now_ms - (most->tries - 1) * most->each_ms;
    return wait > 0 ? wait : 0;
}

static void use(pml_server_allowance *allowance, const limit *most, int64_t now_ms)
{
    int64_t from = allowance->used_until_ms > now_ms ? allowance->used_until_ms : now_ms;
    allowance->used_until_ms = from + most->each_ms;
}

/* ---- entries --------------------------------------------------------------------------------- */

/* NULL when there is none. */
static const pml_server_tries_entry *find(const pml_server_tries *tries,
                                          const pml_server_source *source)
{
    for (size_t i = 0; i < PML_SERVER_TRIES_ENTRIES; i++) {
        const pml_server_tries_entry *entry = &tries->entries[i];
        if (entry->is_used && memcmp(&entry->source, source, sizeof *source) == 0) {
            return entry;
        }
    }
    return NULL;
}

/* Whether a is the better one to forget: those with right credentials stay, and then those who
   tried most of late. */
static bool is_less_worth(const pml_server_tries_entry *a, const pml_server_tries_entry *b)
{
    if (a->is_used != b->is_used) {
        return b->is_used;
    }
    if (a->has_succeeded != b->has_succeeded) {
        return b->has_succeeded;
    }
    return a->allowance.used_until_ms < b->allowance.used_until_ms;
}

/* The entry of a source, for which another one may be forgotten. */
static pml_server_tries_entry *entry_of(pml_server_tries *tries, const pml_server_source *source)
{
    pml_server_tries_entry *found = (pml_server_tries_entry *)find(tries, source);
    if (found != NULL) {
        return found;
    }
    pml_server_tries_entry *least = &tries->entries[0];
    for (size_t i = 1; i < PML_SERVER_TRIES_ENTRIES; i++) {
        if (is_less_worth(&tries->entries[i], least)) {
            least = &tries->entries[i];
        }
    }
    *least = (pml_server_tries_entry){.source = *source, .is_used = true};
    return least;
}

/* ---- tries ----------------------------------------------------------------------------------- */

int64_t pml_server_tries_wait_ms(const pml_server_tries *tries, const pml_server_source *source,
                                 int64_t now_ms)
{
    const pml_server_tries_entry *entry = find(tries, source);
    int64_t own = entry != NULL ? wait_of(&entry->allowance, &of_source, now_ms) : 0;
    if (entry != NULL && entry->has_succeeded) {
        return own;
    }
    int64_t common = wait_of(&tries->everyone, &of_everyone, now_ms);
    return own > common ? own : common;
}

void pml_server_tries_failed(pml_server_tries *tries, const pml_server_source *source,
                             int64_t now_ms)
{
    use(&entry_of(tries, source)->allowance, &of_source, now_ms);
    use(&tries->everyone, &of_everyone, now_ms);
}

void pml_server_tries_succeeded(pml_server_tries *tries, const pml_server_source *source)
{
    entry_of(tries, source)->has_succeeded = true;
}
