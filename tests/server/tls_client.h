/* SPDX-License-Identifier: Apache-2.0 */
/* A small HTTPS client for the TLS tests. */
#ifndef PML_TESTS_SERVER_TLS_CLIENT_H
#define PML_TESTS_SERVER_TLS_CLIENT_H

#include "server/http_client.h"

#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <sys/time.h>

/* How a client goes about it. */
typedef struct tls_manners {
    const char *trusted;     /* The file of those who may sign the server's certificate. */
    const char *certificate; /* What it shows; NULL: nothing. */
    const char *key;
    const char *priorities; /* NULL: GnuTLS's own. */
    int patience_ms;        /* How long it waits for a byte; 0: HTTP_WAIT_MS. */
} tls_manners;

typedef struct tls_connection {
    int fd;
    gnutls_certificate_credentials_t credentials;
    gnutls_session_t session;
} tls_connection;

static inline void tls_close(tls_connection *connection)
{
    if (connection->session != NULL) {
        gnutls_deinit(connection->session);
    }
    if (connection->credentials != NULL) {
        gnutls_certificate_free_credentials(connection->credentials);
    }
    if (connection->fd >= 0) {
        close(connection->fd);
    }
    *connection = (tls_connection){.fd = -1};
}

/* Whether the handshake succeeds. With TLS 1.3 that says nothing yet of what the server thinks of
   the client's certificate. */
static inline bool tls_connect(tls_connection *connection, int port, const tls_manners *manners)
{
    int patience_ms = manners->patience_ms != 0 ? manners->patience_ms : HTTP_WAIT_MS;
    struct timeval patience = {patience_ms / 1000, patience_ms % 1000 * 1000L};
    int at_once = 1; /* Else what follows the end of the handshake waits for what that is due to. */
    *connection = (tls_connection){.fd = http_connect(port)};
    (void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    (void)setsockopt(connection->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connection->fd < 0 ||
        gnutls_certificate_allocate_credentials(&connection->credentials) < 0 ||
        gnutls_certificate_set_x509_trust_file(connection->credentials, manners->trusted,
                                               GNUTLS_X509_FMT_PEM) < 1 ||
        (manners->certificate != NULL &&
         gnutls_certificate_set_x509_key_file(connection->credentials, manners->certificate,
                                              manners->key, GNUTLS_X509_FMT_PEM) < 0) ||
        gnutls_init(&connection->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) < 0 ||
        gnutls_priority_set_direct(connection->session,
                                   manners->priorities != NULL ? manners->priorities : "NORMAL",
                                   NULL) < 0) {
        return false;
    }
    gnutls_credentials_set(connection->session, GNUTLS_CRD_CERTIFICATE, connection->credentials);
    gnutls_session_set_verify_cert(connection->session, "localhost", 0);
    gnutls_transport_set_int(connection->session, connection->fd);
    int result;
    do {
        result = gnutls_handshake(connection->session);
    } while (result == GNUTLS_E_INTERRUPTED);
    return result == 0;
}

static inline bool tls_send(tls_connection *connection, const char *text)
{
    return gnutls_record_send(connection->session, text, strlen(text)) == (ssize_t)strlen(text);
}

/* Byte by byte, up to the end of the head; then what Content-Length says. */
static inline bool tls_receive(tls_connection *connection, http_reply *reply)
{
    char value[256];
    size_t length = 0;
    memset(reply, 0, sizeof *reply);
    while (strstr(reply->head, "\r\n\r\n") == NULL) {
        if (length == HTTP_HEAD_SIZE - 1 ||
            gnutls_record_recv(connection->session, reply->head + length, 1) != 1) {
            return false;
        }
        length++;
    }
    if (http_header(reply, "Content-Length", value) == NULL) {
        return false;
    }
    length = strtoul(value, NULL, 10);
    reply->body = calloc(length + 1, 1);
    while (reply->body_length < length) {
        ssize_t count = gnutls_record_recv(connection->session, reply->body + reply->body_length,
                                           length - reply->body_length);
        if (count <= 0) {
            return false;
        }
        reply->body_length += (size_t)count;
    }
    return sscanf(reply->head, "HTTP/1.1 %d", &reply->status) == 1;
}

/* One request on an open connection. Returns the status, 0 when there was no whole reply. headers:
   whole lines with "\r\n". */
static inline int tls_ask(tls_connection *connection, const char *target, const char *headers)
{
    char request[1024];
    http_reply reply = {.status = 0};
    (void)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target,
                   headers);
    bool is_whole = tls_send(connection, request) && tls_receive(connection, &reply);
    int status = is_whole ? reply.status : 0;
    http_reply_clear(&reply);
    return status;
}

/* One request on a connection of its own. Returns as tls_ask() does; 0, too, without a handshake.
 */
static inline int tls_get_status(int port, const tls_manners *manners, const char *target)
{
    tls_connection connection;
    int status = tls_connect(&connection, port, manners) ? tls_ask(&connection, target, "") : 0;
    tls_close(&connection);
    return status;
}

#endif
