/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the system how far a client has read. It is a file of its own because <linux/tcp.h>, which
   knows this field, can't be included beside <netinet/tcp.h>. */
#include "server/progress.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

uint64_t pml_server_sent_bytes(int fd)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    memset(&info, 0, sizeof info);
    bool is_told =
        getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
        size >= offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked;
    return is_told ? info.tcpi_bytes_acked : 0;
}
