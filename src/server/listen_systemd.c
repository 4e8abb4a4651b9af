/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the socket that systemd hands over: in LISTEN_PID it says for which process, in LISTEN_FDS
   how many descriptors there are from number 3 on, and in LISTEN_FDNAMES their names, with colons
   between them. See sd_listen_fds(3), whose library is not needed for so little. */
#include "server/environment.h"
#include "server/failure.h"
#include "server/listen_kinds.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_FD 3

static promlet_status not_handed_over(const char *place, const char *reason)
{
    return pml_server_fail_with(PROMLET_ERROR_ADDRESS, place, "was not handed over", reason);
}

/* Variables that are meant for a parent are inherited, but its descriptors need not be. */
static promlet_status check_process(const char *place)
{
    char reason[80];
    int pid = 0;
    const char *text = pml_server_variable("LISTEN_PID");
    if (text == NULL) {
        return not_handed_over(place, "LISTEN_PID is not set");
    }
    if (!pml_server_read_number(text, INT_MAX, &pid) || pid != getpid()) {
        snprintf(reason, sizeof reason, "LISTEN_PID is \"%.20s\", but this is process %d", text,
                 (int)getpid());
        return not_handed_over(place, reason);
    }
    return PROMLET_OK;
}

/* How many of the names before count, with colons between them, are the one for metrics. *index is
   set to the place of the last one. */
static int find_name(const char *names, int count, int *index)
{
    static const char wanted[] = PROMLET_LISTEN_FD_NAME;
    int found = 0;
    for (int i = 0; i < count; i++) {
        size_t length = strcspn(names, ":");
        if (length == sizeof wanted - 1 && memcmp(names, wanted, length) == 0) {
            *index = i;
            found++;
        }
        if (names[length] == '\0') {
            break;
        }
        names += length + 1;
    }
    return found;
}

promlet_status pml_server_find_systemd_fd(const char *place, int *fd)
{
    int count = 0;
    int index = 0;
    promlet_status status = check_process(place);
    if (status != PROMLET_OK) {
        return status;
    }
    const char *text = pml_server_variable("LISTEN_FDS");
    if (text == NULL || !pml_server_read_number(text, INT_MAX - FIRST_FD, &count) || count == 0) {
        return not_handed_over(place, "LISTEN_FDS is no number from 1");
    }
    const char *names = pml_server_variable("LISTEN_FDNAMES");
    int found = names != NULL ? find_name(names, count, &index) : 0;
    if (found != 1 && count != 1) {
        char reason[100];
        snprintf(reason, sizeof reason, "%d of the %d sockets have FileDescriptorName=%s", found,
                 count, PROMLET_LISTEN_FD_NAME);
        return not_handed_over(place, reason);
    }
    *fd = FIRST_FD + index;
    return PROMLET_OK;
}
