/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS by GnuTLS, through libmicrohttpd. libmicrohttpd itself knows no certificate: each session is
 * given one here before its handshake, so that a reload is nothing but another one for the next
 * sessions, and a session that was forgotten can't be spoken to. Clients are verified amid the
 * handshake, where libmicrohttpd alone would take one without a certificate as well.
 */
#include "server/tls.h"

#include "server/tls_file.h"
#include "server/tls_identity.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

/* TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only. */
#define PRIORITIES                                                                                 \
    "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

#define FILE_COUNT 3

/* The files at one time. */
typedef struct stamps {
    pml_server_tls_stamp of[FILE_COUNT];
} stamps;

struct pml_server_tls {
    pml_server_tls_paths paths;
    struct MHD_OptionItem options[3];

    /* The rest belongs to the thread that runs libmicrohttpd, */
    pml_server_tls_identity *current;
    stamps seen;       /* What current was read from, */
    stamps complained; /* and what could not be. */
    time_t next_look;  /* At the files, in seconds of the monotonic clock. */

    /* but for what others hand to it, which the mutex guards. Nothing else is locked while it is
       held, and forks may be held when it is taken. */
    pthread_mutex_t mutex;
    pml_server_tls_identity *next; /* NULL: nothing was handed over. */
    stamps next_seen;
};

/* ---- start and end --------------------------------------------------------------------------- */

/* libmicrohttpd does not start without a way to a certificate. This one is taken by no session that
   was begun, and any other is refused. */
static int give_no_certificate(gnutls_session_t session, const gnutls_datum_t *names,
                               int name_count, const gnutls_pk_algorithm_t *algorithms,
                               int algorithm_count, gnutls_pcert_st **certificates,
                               unsigned int *certificate_count, gnutls_privkey_t *key)
{
    (void)session;
    (void)names;
    (void)name_count;
    (void)algorithms;
    (void)algorithm_count;
    (void)certificates;
    (void)certificate_count;
    (void)key;
    return -1;
}

static void set_options(pml_server_tls *tls)
{
    tls->options[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)PRIORITIES};
    tls->options[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_CERT_CALLBACK, 0,
                                              (void *)(uintptr_t)give_no_certificate};
    tls->options[2] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
}

/* False when out of memory. */
static bool copy_path(const char *path, char **copy)
{
    size_t size = path != NULL ? strlen(path) + 1 : 0;
    *copy = path != NULL ? malloc(size) : NULL;
    if (*copy != NULL) {
        memcpy(*copy, path, size);
    }
    return path == NULL || *copy != NULL;
}

static bool copy_paths(const promlet_server_opts *options, pml_server_tls_paths *paths)
{
    return copy_path(options->certificate_path, &paths->certificate) &&
           copy_path(options->key_path, &paths->key) &&
           copy_path(options->client_ca_path, &paths->client_ca);
}

static stamps look_at_files(const pml_server_tls_paths *paths)
{
    return (stamps){{pml_server_tls_stamp_of(paths->certificate),
                     pml_server_tls_stamp_of(paths->key),
                     pml_server_tls_stamp_of(paths->client_ca)}};
}

static promlet_status fill(pml_server_tls *tls, const promlet_server_opts *options)
{
    if (!copy_paths(options, &tls->paths)) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    set_options(tls);
    tls->seen = look_at_files(&tls->paths);
    return pml_server_tls_identity_new(&tls->paths, &tls->current);
}

promlet_status pml_server_tls_new(const promlet_server_opts *options, pml_server_tls **tls)
{
    *tls = NULL;
    if (options->certificate_path == NULL) {
        return PROMLET_OK;
    }
    if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
        return promlet_set_last_error(PROMLET_ERROR_SYSTEM,
                                      "certificate_path: this libmicrohttpd was built without TLS");
    }
    pml_server_tls *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    pthread_mutex_init(&made->mutex, NULL);
    promlet_status status = fill(made, options);
    if (status == PROMLET_OK) {
        *tls = made;
    } else {
        pml_server_tls_free(made);
    }
    return status;
}

/* The mutex needs no end, and in a forked child it may be locked for ever. */
void pml_server_tls_free(pml_server_tls *tls)
{
    if (tls == NULL) {
        return;
    }
    pml_server_tls_identity_release(tls->current);
    pml_server_tls_identity_release(tls->next);
    free(tls->paths.certificate);
    free(tls->paths.key);
    free(tls->paths.client_ca);
    free(tls);
}

unsigned int pml_server_tls_flags(const pml_server_tls *tls)
{
    return tls != NULL ? MHD_USE_TLS : MHD_NO_FLAG;
}

struct MHD_OptionItem *pml_server_tls_options(pml_server_tls *tls)
{
    static struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    return tls != NULL ? tls->options : none;
}

/* ---- reloads --------------------------------------------------------------------------------- */

/* The files are looked at before they are read: what changes in between is seen next time. Two
   calls at once may hand over the older one last; then, too, the next look finds another version.
 */
promlet_status pml_server_tls_reload(pml_server_tls *tls)
{
    stamps seen = look_at_files(&tls->paths);
    pml_server_tls_identity *identity = NULL;
    promlet_status status = pml_server_tls_identity_new(&tls->paths, &identity);
    if (status != PROMLET_OK) {
        return status;
    }
    pthread_mutex_lock(&tls->mutex);
    pml_server_tls_identity *unused = tls->next;
    tls->next = identity;
    tls->next_seen = seen;
    pthread_mutex_unlock(&tls->mutex);
    pml_server_tls_identity_release(unused);
    return PROMLET_OK;
}

static void replace(pml_server_tls *tls, pml_server_tls_identity *identity)
{
    pml_server_tls_identity_release(tls->current);
    tls->current = identity;
}

static void take_next(pml_server_tls *tls)
{
    pthread_mutex_lock(&tls->mutex);
    pml_server_tls_identity *next = tls->next;
    tls->next = NULL;
    if (next != NULL) {
        tls->seen = tls->next_seen;
    }
    pthread_mutex_unlock(&tls->mutex);
    if (next != NULL) {
        replace(tls, next);
    }
}

static bool are_equal(const stamps *a, const stamps *b)
{
    for (size_t i = 0; i < FILE_COUNT; i++) {
        if (!pml_server_tls_stamp_equals(&a->of[i], &b->of[i])) {
            return false;
        }
    }
    return true;
}

static void warn(void)
{
    char sentence[256];
    (void)snprintf(sentence, sizeof sentence, "%s; the last good certificates stay in use",
                   promlet_last_error());
    promlet_log(sentence);
}

/* It is tried again at each look, because memory may have been short; what stays wrong in the files
   is said once. */
static void read_changed_files(pml_server_tls *tls, const stamps *found)
{
    pml_server_tls_identity *identity = NULL;
    if (pml_server_tls_identity_new(&tls->paths, &identity) == PROMLET_OK) {
        tls->seen = *found;
        replace(tls, identity);
    } else if (!are_equal(found, &tls->complained)) {
        tls->complained = *found;
        warn();
    }
}

/* Files that were replaced are noticed when clients come a second or more after the last look at
   them. */
void pml_server_tls_refresh(pml_server_tls *tls)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (tls == NULL || now.tv_sec < tls->next_look) {
        return;
    }
    take_next(tls);
    tls->next_look = now.tv_sec + 1;
    stamps found = look_at_files(&tls->paths);
    if (!are_equal(&found, &tls->seen)) {
        read_changed_files(tls, &found);
    }
}

/* ---- connections ----------------------------------------------------------------------------- */

static gnutls_session_t session_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info != NULL ? info->tls_session : NULL;
}

pml_server_tls_identity *pml_server_tls_begin(pml_server_tls *tls,
                                              struct MHD_Connection *connection)
{
    if (tls == NULL) {
        return NULL;
    }
    take_next(tls);
    gnutls_session_t session = session_of(connection);
    if (session == NULL || !pml_server_tls_identity_use(tls->current, session)) {
        return NULL;
    }
    if (tls->paths.client_ca != NULL) {
        gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    }
    tls->current->holders++;
    return tls->current;
}

void pml_server_tls_end(pml_server_tls_identity *identity)
{
    pml_server_tls_identity_release(identity);
}

/* GnuTLS describes a session only once its handshake is over. */
uint32_t pml_server_tls_awaits(const pml_server_tls *tls, struct MHD_Connection *connection)
{
    gnutls_session_t session = tls != NULL ? session_of(connection) : NULL;
    char *description = session != NULL ? gnutls_session_get_desc(session) : NULL;
    bool is_over = session == NULL || description != NULL;
    gnutls_free(description);
    if (is_over) {
        return 0;
    }
    return gnutls_record_get_direction(session) == 0 ? EPOLLIN : EPOLLOUT;
}

/* A session keeps the identity of its handshake, to which it may point; it has another one for the
   time of a look only. */
bool pml_server_tls_check(pml_server_tls *tls, const pml_server_tls_identity *identity,
                          struct MHD_Connection *connection)
{
    if (tls == NULL || tls->paths.client_ca == NULL) {
        return true;
    }
    gnutls_session_t session = session_of(connection);
    if (identity == NULL || session == NULL) {
        return false;
    }
    take_next(tls);
    bool is_trusted = pml_server_tls_identity_use(tls->current, session) &&
                      pml_server_tls_is_client_trusted(session);
    return pml_server_tls_identity_use(identity, session) && is_trusted;
}

/* A copy as a C string; NULL when it would end early. */
static char *copy_text(const gnutls_datum_t *text)
{
    if (memchr(text->data, '\0', text->size) != NULL) {
        return NULL;
    }
    return strndup((const char *)text->data, text->size);
}

static char *subject_of(gnutls_x509_crt_t certificate)
{
    gnutls_datum_t text;
    if (gnutls_x509_crt_get_dn3(certificate, &text, 0) < 0) {
        return NULL;
    }
    char *subject = copy_text(&text);
    gnutls_free(text.data);
    return subject;
}

char *pml_server_tls_client_subject(const pml_server_tls *tls, struct MHD_Connection *connection)
{
    gnutls_session_t session = session_of(connection);
    if (tls == NULL || tls->paths.client_ca == NULL || session == NULL) {
        return NULL;
    }
    unsigned int count = 0;
    const gnutls_datum_t *shown = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t certificate;
    if (shown == NULL || count == 0 || gnutls_x509_crt_init(&certificate) < 0) {
        return NULL;
    }
    char *subject = NULL;
    if (gnutls_x509_crt_import(certificate, &shown[0], GNUTLS_X509_FMT_DER) == 0) {
        subject = subject_of(certificate);
    }
    gnutls_x509_crt_deinit(certificate);
    return subject;
}
