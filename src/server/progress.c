/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the system how far a client has read. It is a file of its own because <linux/tcp.h>, which
   knows this field, can't be included beside <netinet/tcp.h>. */
#include "server/progress.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* What the system does not tell is 0. */
static struct tcp_info ask(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    memset(&info, 0, sizeof info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        memset(&info, 0, sizeof info);
    }
    return info;
}

uint64_t pml_server_sent_bytes(int fd)
{
    return ask(fd).tcpi_bytes_acked;
}

/* For a listening socket, this field has the length of its queue. */
uint32_t pml_server_waiting_clients(int listen_fd)
{
    return ask(listen_fd).tcpi_unacked;
}
