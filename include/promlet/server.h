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

/** See the options of the same names. */
#define PROMLET_DEFAULT_MAX_CONNECTIONS 64
#define PROMLET_DEFAULT_MAX_CONNECTIONS_PER_ADDRESS 16
#define PROMLET_DEFAULT_MAX_IN_FLIGHT 32
#define PROMLET_DEFAULT_MAX_BODY_BYTES ((size_t)256 << 20)
#define PROMLET_DEFAULT_HEADER_SECONDS 5
#define PROMLET_DEFAULT_IDLE_SECONDS 30
#define PROMLET_DEFAULT_SEND_SECONDS 60

/** For promlet_server_opts.listen_fd: the socket that systemd hands over. */
#define PROMLET_LISTEN_FD_SYSTEMD (-1)

/** FileDescriptorName= of the metrics' socket, where systemd hands over more than one. */
#define PROMLET_LISTEN_FD_NAME "metrics"

/** A running server. */
typedef struct promlet_server promlet_server;

/** What a request shows of who sends it, lent to promlet_authorize_fn for the call. */
typedef struct promlet_server_request {
    /** "GET", "HEAD" or another method. */
    const char *method;
    /** The path, decoded and without its query. */
    const char *path;
    /** The client's address, such as "192.0.2.7" or "2001:db8::1"; "" for a UNIX socket. Behind a
        proxy it is the proxy's. */
    const char *address;
    /** Whether the request came through TLS. */
    bool is_tls;
    /** With client_ca_path the subject of the client's certificate as in RFC 4514, such as
        "CN=prometheus,O=Example"; NULL without, or without memory for it. */
    const char *client_subject;
    /** For promlet_server_request_header(); NULL in a request that a test has made. */
    void *connection;
} promlet_server_request;

/** What promlet_authorize_fn decides. */
typedef enum promlet_authorization {
    PROMLET_UNAUTHORIZED = 0, /**< Status 401: nobody knows who the client is. */
    PROMLET_FORBIDDEN,        /**< Status 403: it is known, and may not. */
    PROMLET_AUTHORIZED        /**< The request is answered. */
} promlet_authorization;

/**
 * The host's own say in who may read. It runs in the server's thread, without locks of promlet, and
 * holds up all clients meanwhile; so let it compare, and not wait. It may call any promlet
 * function. Each PROMLET_UNAUTHORIZED for a request with an Authorization header counts as a failed
 * try, as a wrong password does.
 *
 * request  lent until it returns.
 * ctx      promlet_server_opts.authorize_ctx.
 * Returns: what is decided; any value that is none counts as PROMLET_FORBIDDEN.
 */
typedef promlet_authorization (*promlet_authorize_fn)(const promlet_server_request *request,
                                                      void *ctx);

/**
 * How a server is started. Zero it, then set what is needed; everything is copied. A zeroed struct
 * asks for any free port: for the usual one set .port = PROMLET_DEFAULT_PORT.
 */
typedef struct promlet_server_opts {
    /** What to serve; must outlive the server. NULL: the default registry. A server serves one
        registry; for several in one document see promlet_get_metrics_of(), and answer with it in a
        server of your own. */
    promlet_registry *registry;
    /** An IPv4 or IPv6 address, the latter in brackets or not, or a name; no port. NULL:
        "127.0.0.1", so that only this machine is served. "::" means every address, of IPv4 as well,
        and works on a machine without IPv6. A name is looked up at the start; of its addresses one
        is served, the first of IPv4 that this machine has, or else the first of IPv6, so
        "localhost" is 127.0.0.1 wherever there is IPv4. Where other machines can reach the server
        and it asks for no credentials, or for a password or a token without TLS, one warning goes
        to promlet_set_log_callback(). */
    const char *host;
    /** 1 to 65535; 0, also beside a host, lets the system pick one, which promlet_server_port()
        tells. */
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
    /** How many clients are connected at once; the next ones wait in the backlog of the socket, and
        one of those that only sit there is closed for them. 0: PROMLET_DEFAULT_MAX_CONNECTIONS. */
    int max_connections;
    /** How many of them from one address; one more takes the place of another one that only sits
        there, or is closed. Set it higher where more clients share an address, as they do behind
        NAT, a load balancer or a proxy; as high as max_connections, it limits nothing. At 1, a
        client amid its handshake loses its place to whoever comes next; from 2 on it has it beside
        those who come and leave. Clients of a UNIX socket have no address. 0:
        PROMLET_DEFAULT_MAX_CONNECTIONS_PER_ADDRESS. */
    int max_connections_per_address;
    /** How many requests may wait for their metrics at once; the next ones get 503. 0:
        PROMLET_DEFAULT_MAX_IN_FLIGHT. */
    int max_in_flight;
    /** How many bytes of answers may be held for clients that are still reading; beyond that, the
        slowest reader is closed or the next request gets 503. One answer may be larger. 0:
        PROMLET_DEFAULT_MAX_BODY_BYTES. */
    size_t max_body_bytes;
    /** The seconds from a connection to the end of its request's headers, however they trickle in;
        while clients wait for a place, 0.3 at most, and less when they are so many that they would
        wait for more than half a second. 0: PROMLET_DEFAULT_HEADER_SECONDS. */
    double header_seconds;
    /** The seconds from an answer to the next request; while clients wait for a place, who has been
        idle longest is closed. 0: PROMLET_DEFAULT_IDLE_SECONDS. */
    double idle_seconds;
    /** The seconds that a client may take to read an answer, however slowly; less for one that
        says X-Prometheus-Scrape-Timeout-Seconds, as Prometheus does. 0:
        PROMLET_DEFAULT_SEND_SECONDS. */
    double send_seconds;
    /** Leaves out what the server tells about itself, which stands beside the registry's metrics in
        its answers and nowhere else: `promlet_server_requests_total{code}`,
        `promlet_server_request_duration_seconds` and `promlet_server_response_size_bytes` of the
        requests that have ended, so never of the one that shows them;
        `promlet_server_requests_in_flight`; `promlet_server_rejected_total{reason}`;
        `promlet_server_connections` and `promlet_server_accepted_connections_total`. What
        the registry has under one of these names is left out where it is something else. */
    bool hide_server_metrics;
    /** No thread is made: the caller's own event loop runs the server, see promlet_server_run(). */
    bool no_thread;
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
        variables stay as well. LISTEN_PIDFDID, by which newer versions of systemd tell processes of
        one number apart, is not looked at. 0: none. */
    int listen_fd;
    /** A PEM file with the server's certificate and those of its issuers up to the root; the server
        then speaks TLS 1.2 and 1.3 and nothing else. NULL: plain HTTP. A new version of this file
        and the next two is used for new connections within about a second; a faulty one is passed
        over with a warning. See docs/security.md. */
    const char *certificate_path;
    /** A PEM file with the key of the certificate, without a password. NULL: it is in the
        certificate's file. */
    const char *key_path;
    /** A PEM file with the certificates of those who vouch for clients. Every client must then show
       a certificate that comes from one of them, is valid, and is one for clients; others get no
        answer. NULL: clients need none. */
    const char *client_ca_path;
    /** What clients must say with basic authentication, on every path; up to about 3000 bytes
        together. NULL, both: nothing. */
    const char *username;
    const char *password;
    /** What clients must say with bearer authentication, up to 4096 bytes of printable ASCII. NULL:
        nothing. With a username as well, either is enough. */
    const char *bearer_token;
    /** Decides on each request, after its certificate and credentials were found right. NULL: those
        suffice. */
    promlet_authorize_fn authorize;
    /** Passed to authorize; must outlive the server. */
    void *authorize_ctx;
    /** Nothing is served at "/", where people with a browser otherwise find a page that shows the
        metrics and follows them. */
    bool no_page;
    /** Whether the service may be given work, which "/-/ready" tells with status 200 or 503; called
        for each such request, in the thread that serves, so all clients wait for it. It may stop
        servers, as a log callback may. NULL: it is ready while it answers. */
    bool (*is_ready)(void *ctx);
    /** What is_ready is given. */
    void *ready_ctx;
} promlet_server_opts;

/**
 * Start a server with two threads of its own, one that serves and one that collects, so that a
 * callback which takes long delays neither other answers nor clients that ask for something else.
 * The first one collects what takes but a moment, see promlet_snapshot_take_at_once().
 * Both block all signals. Requests that wait while metrics are collected share the next answer.
 *
 * GET and HEAD on the path are answered, with or without a query. So are three other paths, unless
 * the metrics have them: "/", a page for people, see no_page; "/-/healthy", with 200 while the
 * server runs; "/-/ready", with what is_ready says. These three never wait for metrics,
 * unless no_thread lets one thread do it all. Another path gets 404, another method 405. The
 * client's headers Accept and Accept-Encoding choose the format of the metrics and, where promlet
 * was built with zlib and the document has 1 KiB or more, gzip; see <promlet/negotiation.h>.
 *
 * Clients that connect and do nothing, or little, are closed after a time, and at once when others
 * wait for their place, so they keep nobody from the metrics; see max_connections and what follows
 * it. One descriptor is kept in reserve: a process that has used up all of its own is served, too.
 *
 * Start it after daemonizing: a forked child has no server, and none of the descriptors of its
 * parent's. Call promlet_set_recording_path(), if at all, before the first start: what the server
 * tells about itself settles the path.
 *
 * A host that closes descriptors which it did not open, as closefrom() does, closes the server's
 * too: the server then ends by itself, but where a request is being answered at that moment,
 * libmicrohttpd aborts the process.
 *
 * Call it as promlet_server_start(options, &server), which passes options_size along.
 *
 * options       copied; NULL: all defaults, on PROMLET_DEFAULT_PORT, where a zeroed struct would
 *               mean any free port.
 * server        where to put the server, to be given to promlet_server_stop(); set to NULL on an
 *               error. Must not be NULL.
 * options_size  sizeof(promlet_server_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, also when a certificate can't be used;
 * PROMLET_ERROR_ADDRESS, _PORT_IN_USE, _PERMISSION, _MEMORY or _SYSTEM, with a sentence in
 * promlet_last_error(). Nothing is left open on an error.
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
 * would have such a value ignored: log the sentence and go on, with a .port that was set before, as
 * a zeroed struct means any free port.
 * Thread-safe: yes, unless a thread changes the environment meanwhile, as for getenv(3).
 * Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_server_options_from_env(promlet_server_opts *options);

/**
 * Stop a server, close its connections and free it. It takes milliseconds whatever clients do, but
 * waits for what the server's threads are in: a log callback, promlet_authorize_fn, is_ready, or a
 * scrape, and so for every callback and collector that this waits for, in whatever thread it runs:
 * one with a deadline has a thread of its own, and a scrape of the program's, such as a push, is
 * waited for by those that come after it. Hold no lock that one of these takes.
 * promlet_server_stop_within() does not wait as long.
 *
 * A callback or collector, with or without a deadline, and a log callback in a server's thread may
 * stop any server, but no stop waits there: the port is free at once, and the server ends by itself
 * when its threads are done with the callback and the scrape, whose client gets no answer. Nobody
 * is told when that is, so the registry of a server that was stopped in this way must not be freed,
 * the default one never is.
 *
 * A server that was started with no_thread is stopped where its loop runs: by the loop, or in what
 * promlet_server_run() calls in its own thread, after which that frees the server. In any other
 * callback or collector, as in one with a deadline and in one that another thread's scrape calls,
 * and in a thread of another server, a stop only asks for it, and the server stays valid: its port
 * is free and its connections have ended, promlet_server_run() returns PROMLET_ERROR_BUSY from then
 * on, and the loop has to stop it.
 *
 * In a forked child it leaves the parent's server alone, the file of a UNIX socket too, and frees
 * what is its own; the memory of libmicrohttpd stays until the child ends.
 *
 * server  from promlet_server_start(); NULL is allowed; not valid afterwards, except as above.
 * Thread-safe: yes, once a server; one without a thread as promlet_server_run(), and in callbacks.
 * Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_server_stop(promlet_server *server);

/**
 * Stop a server, and wait only so long for what its threads are in, as promlet_server_stop() has
 * it. Whatever is returned, its port is free and its connections have ended.
 *
 * server   from promlet_server_start(); NULL is allowed. Not valid after PROMLET_OK; after
 *          PROMLET_ERROR_BUSY it may only be stopped again, by this call or promlet_server_stop(),
 *          or run, if it was started with no_thread; and what it serves must stay.
 * seconds  how long to wait; 0 or less: not at all; HUGE_VAL: as long as it takes.
 * Returns: PROMLET_OK, also where no stop waits, as promlet_server_stop() has it;
 * PROMLET_ERROR_BUSY, also where it only asks the loop of a server without a thread.
 * Thread-safe: yes, by one thread at a time. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_server_stop_within(promlet_server *server, double seconds);

/**
 * What the caller's event loop waits for, for a server that was started with no_thread: whenever it
 * is readable, or promlet_server_timeout_ms() has passed, promlet_server_run() has something to do.
 *
 * server  from promlet_server_start().
 * Returns: a descriptor, the same for the life of the server, which stays the server's; -1 for
 * NULL, for a server with a thread, and in a forked child.
 * Thread-safe: no. Signal-safe: no. After fork: no. Allocates: no.
 */
PROMLET_API int promlet_server_fd(const promlet_server *server);

/**
 * How long the caller's event loop may wait until the next promlet_server_run(). It changes with
 * each run.
 *
 * server  from promlet_server_start(), with no_thread.
 * Returns: milliseconds, as poll() takes them: 0 when there is something to do already, -1 when
 * there is nothing until promlet_server_fd() is readable, and for NULL and a server with a thread.
 * Thread-safe: no. Signal-safe: no. After fork: no. Allocates: no.
 */
PROMLET_API int promlet_server_timeout_ms(const promlet_server *server);

/**
 * Do what there is to do for a server that was started with no_thread, without waiting: accept
 * clients, read, answer, close. Metrics are collected in the calling thread meanwhile. It may be
 * called at any time; while it is not, clients wait. It raises no SIGPIPE.
 *
 * A callback that it calls in this thread may stop the server: its port is free and its connections
 * have ended at once, and it is freed when promlet_server_run() returns PROMLET_OK. A callback with
 * a deadline has a thread of its own and only asks for it, see promlet_server_stop().
 *
 * server  from promlet_server_start(), with no_thread.
 * Returns: PROMLET_OK; PROMLET_ERROR_BUSY when a callback in another thread has asked for a stop,
 * which is the caller's to do now; PROMLET_ERROR_ARGUMENT for NULL, a server with a thread, in a
 * forked child, and in a callback of the same call; PROMLET_ERROR_SYSTEM when the host has closed
 * the server's descriptors.
 * Thread-safe: no, all calls for a server without a thread are made in one thread at a time.
 * Signal-safe: no. After fork: no. Allocates: yes.
 */
PROMLET_API promlet_status promlet_server_run(promlet_server *server);

/**
 * The port that a server listens on.
 *
 * server  from promlet_server_start().
 * Returns: the port; 0 for NULL and for a UNIX socket.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_server_port(const promlet_server *server);

/**
 * Read the files of certificate_path, key_path and client_ca_path again, for a program that knows
 * when they are replaced and does not want to wait. New connections use what they hold from then
 * on. Connections that are open go on; the certificates of their clients are judged anew with each
 * request. On an error everything stays as it was.
 *
 * server  from promlet_server_start(), with a certificate_path.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, also for a file that is not there or not what it
 * must be; PROMLET_ERROR_PERMISSION, _MEMORY or _SYSTEM, with a sentence in promlet_last_error().
 * Thread-safe: yes, but not beside the stop of the server. Signal-safe: no. After fork: no.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_server_reload_tls(promlet_server *server);

/**
 * A header of a request, for promlet_authorize_fn.
 *
 * request  as it was given; NULL is allowed.
 * name     in capital or small letters, such as "X-Api-Key"; NULL is allowed.
 * Returns: its value, lent as long as the request is, the first one if it comes several times; NULL
 * when there is none.
 * Thread-safe: no, only in the call that was given the request. Signal-safe: no. After fork: no.
 * Allocates: no.
 */
PROMLET_API const char *promlet_server_request_header(const promlet_server_request *request,
                                                      const char *name);

/**
 * Serve the default registry on http://127.0.0.1:port/metrics: the one server of the process. When
 * it runs already on another port, the new port is bound first and then the old server stopped, as
 * promlet_server_stop() does it, so an error leaves the old one running; on the same port it stays
 * as it is. While another thread stops the server, a start does not wait for the end of the old
 * one, so it may be called in a log callback. It does wait for a start in another thread, which may
 * call the log callback: hold no lock that this one takes. In a log callback that a start calls
 * itself, another start is refused, and a stop is done when that start returns.
 *
 * port  1 to 65535, usually PROMLET_DEFAULT_PORT (9464); 0 leaves a server that runs where it is,
 *       and otherwise lets the system pick a port, which promlet_metrics_server_port() tells.
 * Returns: as promlet_server_start_sized(); PROMLET_ERROR_BUSY in the midst of a start of the same
 * thread.
 * Thread-safe: yes. Signal-safe: no. After fork: yes, a child can start one of its own.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_start_metrics_server(int port);

/**
 * Stop what promlet_start_metrics_server() started, as promlet_server_stop() does it; nothing
 * happens when nothing runs. While another thread stops it, a stop waits for the same end, except
 * where promlet_server_stop() does not wait; while one starts it, for that start. In the midst of a
 * start of the same thread see promlet_start_metrics_server().
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
