/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of a server with TLS: its files, those of a client, and how each of them begins. To be
   included after cmocka.h. */
#ifndef PML_TESTS_SERVER_TLS_SERVER_H
#define PML_TESTS_SERVER_TLS_SERVER_H

#include "server/tls_client.h"
#include "server/tls_files.h"

/* The first one is trusted by the client, and by a server that asks for certificates. */
static tls_authority authority;
static tls_authority stranger;

/* The server's files, that of the first authority, and the client's. */
static char certificate[128];
static char key[128];
static char trusted[128];
static char client_certificate[128];
static char client_key[128];

static inline void keep_path(char kept[128], const char *name)
{
    (void)snprintf(kept, 128, "%s", tls_path(name));
}

static inline void write_server_pair(const char *name)
{
    tls_write_pair(&authority, &(tls_subject){.name = name}, certificate, key);
}

static inline void write_client_pair(const tls_authority *signer, const tls_subject *subject)
{
    tls_write_pair(signer, subject, client_certificate, client_key);
}

static inline int begin(void **state)
{
    (void)state;
    keep_path(certificate, "server.pem");
    keep_path(key, "server.key");
    keep_path(trusted, "trusted.pem");
    keep_path(client_certificate, "client.pem");
    keep_path(client_key, "client.key");
    authority = tls_new_authority("authority");
    stranger = tls_new_authority("stranger");
    tls_write_certificate(authority.certificate, trusted);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    tls_authority_clear(&authority);
    tls_authority_clear(&stranger);
    tls_files_remove();
    return 0;
}

/* A new pair for each test, under the same names. */
static inline int renew(void **state)
{
    (void)state;
    write_server_pair("server");
    write_client_pair(&authority,
                      &(tls_subject){.name = "prometheus", .purpose = GNUTLS_KP_TLS_WWW_CLIENT});
    tls_write_certificate(authority.certificate, trusted);
    return 0;
}

static inline promlet_server *start(const char *client_ca)
{
    promlet_server *server = NULL;
    promlet_server_opts options = {
        .certificate_path = certificate, .key_path = key, .client_ca_path = client_ca};
    if (promlet_server_start(&options, &server) != PROMLET_OK) {
        fail_msg("%s", promlet_last_error());
    }
    return server;
}

static inline tls_manners anonymous(void)
{
    return (tls_manners){.trusted = trusted};
}

static inline tls_manners with_certificate(void)
{
    return (tls_manners){.trusted = trusted, .certificate = client_certificate, .key = client_key};
}

static inline int status_of(const promlet_server *server, const tls_manners *manners)
{
    return tls_get_status(promlet_server_port(server), manners, "/metrics");
}

/* Of a client that shows its certificate, in both versions. */
static inline void assert_client_status(promlet_server *server, int status)
{
    static const char *const versions[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.2",
                                           "NORMAL:-VERS-ALL:+VERS-TLS1.3"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        tls_manners manners = with_certificate();
        manners.priorities = versions[i];
        assert_int_equal(status_of(server, &manners), status);
    }
}

#define RENEWED(test) cmocka_unit_test_setup(test, renew)

#endif
