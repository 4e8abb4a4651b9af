/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in HTTP server. Link promlet::server (pkg-config: promlet-server). */
#ifndef PROMLET_SERVER_H
#define PROMLET_SERVER_H

#include <promlet/export.h>
#include <promlet/negotiation.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** The port that OpenTelemetry gives to Prometheus endpoints of programs. */
#define PROMLET_DEFAULT_PORT 9464

/** For promlet_server_opts.listen_fd: the socket that systemd hands over. */
#define PROMLET_LISTEN_FD_SYSTEMD (-1)

/** FileDescriptorName= of the metrics' socket, where systemd hands over more than one. */
#define PROMLET_LISTEN_FD_NAME "metrics"

/** A running server. */
typedef struct promlet_server promlet_server;

/**
 * How a server is started. Zero it, then set what is needed; everything is copied. A zeroed struct
 * asks for any free port: for the usual one set .port = PROMLET_DEFAULT_PORT.
 */
typedef struct promlet_server_opts {
    /** What to serve; must outlive the server. NULL: the default registry. A server serves one
        registry; for several in one document see promlet_get_metrics_of(), and answer with it in a
        server of your own. */
    promlet_registry *registry;
    /** An IPv4 or IPv6 address or a name. NULL: "127.0.0.1", so that only this machine is served.
        "::" means every address, of IPv4 as well, and works on a machine without IPv6. A name is
        looked up at the start; of its addresses one is served, the first of IPv4 that this machine
        has, or else the first of IPv6, so "localhost" is 127.0.0.1 wherever there is IPv4. Where
        other machines can reach the server and it asks for no credentials, one warning goes to
        promlet_set_log_callback(). */
    const char *host;
    /** 1 to 65535; 0 lets the system pick one, which promlet_server_port() tells. */
    int port;
    /** The path of the metrics; begins with '/'. NULL: "/metrics". */
    const char *path;
    /** The formats that clients may choose from, as a set of PROMLET_FORMAT_BIT() of
        <promlet/negotiation.h>, such as PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4) for that
        alone; 0: all. */
    unsigned int formats;
    /** Nothing is compressed, whatever clients ask for. */
    bool no_gzip;
    /** See promlet_encoding.with_created. */
    bool with_created;
    /** A UNIX socket instead of host and port, as an absolute path: at most 107 bytes, in a folder
        that exists. The socket of a server that was killed is replaced if it is this user's; one
        that somebody listens on is PROMLET_ERROR_PORT_IN_USE, and a file that is no socket is left
        alone. A stop removes the file, if it is still the server's. A leading '@' stands for
        Linux' abstract namespace, where any local user may connect. NULL: none. */
    const char *unix_path;
    /** Who may connect to unix_path (who may write there), as chmod(2) has it and whatever the
        umask; 0: 0660. */
    int unix_mode;
    /** A stream socket that listens already, of IPv4, IPv6 or UNIX, instead of host, port and
        unix_path. The server works on a duplicate: the descriptor stays the caller's, who may close
        it once the server was started, and the socket is not shut down by a stop. It becomes
        non-blocking, for all who share it. PROMLET_LISTEN_FD_SYSTEMD: the one that systemd hands
        over by LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES; among several, the one whose unit says
        FileDescriptorName=metrics. It becomes close-on-exec and stays open for a next start; the
        variables stay as well. 0: none. */
    int listen_fd;
} promlet_server_opts;

/**
 * Start a server in a thread of its own. The thread blocks all signals. GET and HEAD on the path
 * are answered, with or without a query; another path gets 404, another method 405. The client's
 * headers Accept and Accept-Encoding choose the format and, where promlet was built with zlib and
 * the document has 1 KiB or more, gzip; see <promlet/negotiation.h>. Start it after daemonizing: a
 * forked child has no server.
 *
 * Call it as promlet_server_start(options, &server), which passes options_size along.
 *
 * options       copied; NULL: all defaults, on PROMLET_DEFAULT_PORT, where a zeroed struct would
 *               mean any free port.
 * server        where to put the server, to be given to promlet_server_stop(); set to NULL on an
 *               error. Must not be NULL.
 * options_size  sizeof(promlet_server_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT; PROMLET_ERROR_ADDRESS, _PORT_IN_USE, _PERMISSION,
 * _MEMORY or _SYSTEM, with a sentence in promlet_last_error(). Nothing is left open on an error.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_server_start_sized(const promlet_server_opts *options,
                                                      promlet_server **server, size_t options_size);

/**
 * Take host and port from the environment, for programs that let those who run them choose, by the
 * names that OpenTelemetry gives: OTEL_EXPORTER_PROMETHEUS_HOST and OTEL_EXPORTER_PROMETHEUS_PORT.
 * Nothing else of promlet reads them. An empty variable is one that is not set, as are all of a
 * program that has more rights than whoever started it (by a set-user-ID bit, or capabilities of
 * its file).
 *
 * options  in: zeroed, or with what the program prefers; out: .host is the variable, lent from the
 *          environment until somebody changes that, so start the server first; where the variable
 *          is not set, it stays (NULL: 127.0.0.1, which is OpenTelemetry's localhost). .port is the
 *          variable, where 0 lets the system pick one; else what it was; else PROMLET_DEFAULT_PORT.
 *          Must not be NULL.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT with options as they were and a sentence in
 * promlet_last_error() that quotes a port which is not a number from 0 to 65535. OpenTelemetry
 * would have such a value ignored: log the sentence, set .port and go on.
 * Thread-safe: yes, unless a thread changes the environment meanwhile, as for getenv(3).
 * Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_server_options_from_env(promlet_server_opts *options);

/**
 * Stop a server, close its connections and free it. It waits until the server's thread has ended,
 * and so for a log callback that runs there; hold no lock that the callback takes.
 *
 * A log callback that a scrape calls in a server's thread may stop any server, but no stop waits
 * there: the port is free at once, and the server ends by itself when its thread is done with the
 * callback and the scrape, whose client may get no answer. Nobody is told when that is, so the
 * registry of a server that was stopped in this way must not be freed, the default one never is.
 *
 * In a forked child it leaves the parent's server alone, the file of a UNIX socket too, and frees
 * what is its own: the struct, and the inherited listening socket, epoll set and eventfd. The
 * memory of libmicrohttpd and the connections that were open at the fork stay until the child ends.
 *
 * server  from promlet_server_start(); NULL is allowed; not valid afterwards.
 * Thread-safe: yes, once a server. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_server_stop(promlet_server *server);

/**
 * The port that a server listens on.
 *
 * server  from promlet_server_start().
 * Returns: the port; 0 for NULL and for a UNIX socket.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_server_port(const promlet_server *server);

/**
 * Serve the default registry on http://127.0.0.1:port/metrics: the one server of the process. When
 * it runs already on another port, the new port is bound first and then the old server stopped, as
 * promlet_server_stop() does it, so an error leaves the old one running; on the same port it stays
 * as it is. While another thread stops the server, a start does not wait for the end of the old
 * one, so it may be called in a log callback.
 *
 * port  1 to 65535, usually PROMLET_DEFAULT_PORT (9464); 0 leaves a server that runs where it is,
 *       and otherwise lets the system pick a port, which promlet_metrics_server_port() tells.
 * Returns: as promlet_server_start_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: yes, a child can start one of its own.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_start_metrics_server(int port);

/**
 * Stop what promlet_start_metrics_server() started, as promlet_server_stop() does it; nothing
 * happens when nothing runs. While another thread stops it, a stop waits for the same end, except
 * in a log callback in a server's thread, where it returns at once.
 *
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_stop_metrics_server(void);

/**
 * The port of the server that promlet_start_metrics_server() started. It does not wait for a start
 * or a stop in another thread.
 *
 * Returns: the port; 0 when none runs in this process, or when its stop has begun.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_metrics_server_port(void);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_server_start(const promlet_server_opts *options,
                                           promlet_server **server)
{
    return promlet_server_start_sized(options, server, sizeof(promlet_server_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_server_start(...)                                                                  \
    promlet_server_start_sized(__VA_ARGS__, sizeof(promlet_server_opts))
#endif

#endif
