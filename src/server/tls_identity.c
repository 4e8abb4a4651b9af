/* SPDX-License-Identifier: Apache-2.0 */
/* Makes GnuTLS's credentials of the files of TLS. */
#include "server/tls_identity.h"

#include "server/tls_file.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#define CERTIFICATE_OPTION "certificate_path"
#define KEY_OPTION "key_path"
#define CLIENT_CA_OPTION "client_ca_path"

/* The usual mistakes are said in our words, since GnuTLS's don't say what to do. */
static const char *reason_of(int error)
{
    switch (error) {
    case GNUTLS_E_NO_CERTIFICATE_FOUND:
        return "there is no certificate in PEM";
    case GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE:
        return "there is no private key in PEM";
    case GNUTLS_E_DECRYPTION_FAILED:
        return "a key must not have a password";
    default:
        return gnutls_strerror(error);
    }
}

static promlet_status fail(const char *option, const char *path, int error)
{
    promlet_status status =
        error == GNUTLS_E_MEMORY_ERROR ? PROMLET_ERROR_MEMORY : PROMLET_ERROR_ARGUMENT;
    return pml_server_tls_fail(status, option, path, reason_of(error));
}

static gnutls_datum_t datum_of(const pml_server_tls_file *file)
{
    return (gnutls_datum_t){file->bytes, (unsigned int)file->size};
}

/* ---- what is in the files -------------------------------------------------------------------- */

/* Certificates of one file, in its order. */
typedef struct certificates {
    gnutls_x509_crt_t *list;
    unsigned int count;
} certificates;

static void clear_certificates(certificates *read)
{
    for (unsigned int i = 0; i < read->count; i++) {
        gnutls_x509_crt_deinit(read->list[i]);
    }
    gnutls_free(read->list);
}

/* *read is set on PROMLET_OK only. */
static promlet_status read_certificates(const char *option, const char *path, certificates *read)
{
    pml_server_tls_file file;
    promlet_status status = pml_server_tls_file_read(option, path, &file);
    if (status != PROMLET_OK) {
        return status;
    }
    gnutls_datum_t pem = datum_of(&file);
    int error =
        gnutls_x509_crt_list_import2(&read->list, &read->count, &pem, GNUTLS_X509_FMT_PEM, 0);
    pml_server_tls_file_clear(&file);
    return error < 0 ? fail(option, path, error) : PROMLET_OK;
}

static promlet_status read_key(const char *option, const char *path, gnutls_x509_privkey_t key)
{
    pml_server_tls_file file;
    promlet_status status = pml_server_tls_file_read(option, path, &file);
    if (status != PROMLET_OK) {
        return status;
    }
    gnutls_datum_t pem = datum_of(&file);
    int error = gnutls_x509_privkey_import2(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
    pml_server_tls_file_clear(&file);
    return error < 0 ? fail(option, path, error) : PROMLET_OK;
}

/* ---- the server's own certificate ------------------------------------------------------------ */

/* A key that does not belong to the certificate is an error as well. */
static promlet_status add_key(pml_server_tls_identity *identity, const pml_server_tls_paths *paths,
                              const certificates *chain)
{
    const char *option = paths->key != NULL ? KEY_OPTION : CERTIFICATE_OPTION;
    const char *path = paths->key != NULL ? paths->key : paths->certificate;
    gnutls_x509_privkey_t key;
    if (gnutls_x509_privkey_init(&key) < 0) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    promlet_status status = read_key(option, path, key);
    if (status == PROMLET_OK) {
        int error = gnutls_certificate_set_x509_key(identity->credentials, chain->list,
                                                    (int)chain->count, key);
        status = error < 0 ? fail(option, path, error) : PROMLET_OK;
    }
    gnutls_x509_privkey_deinit(key);
    return status;
}

static promlet_status load_pair(pml_server_tls_identity *identity,
                                const pml_server_tls_paths *paths)
{
    certificates chain = {NULL, 0};
    promlet_status status = read_certificates(CERTIFICATE_OPTION, paths->certificate, &chain);
    if (status != PROMLET_OK) {
        return status;
    }
    status = add_key(identity, paths, &chain);
    clear_certificates(&chain);
    return status;
}

/* ---- those who vouch for clients ------------------------------------------------------------- */

bool pml_server_tls_is_client_trusted(gnutls_session_t session)
{
    gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                     .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
    unsigned int problems = 0;
    return gnutls_certificate_verify_peers(session, &purpose, 1, &problems) == 0 && problems == 0;
}

/* Called amid the handshake. libmicrohttpd would close the connection without a word. */
static int verify_client(gnutls_session_t session)
{
    if (pml_server_tls_is_client_trusted(session)) {
        return 0;
    }
    (void)gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
    return -1;
}

static promlet_status load_client_ca(pml_server_tls_identity *identity, const char *path)
{
    certificates trusted = {NULL, 0};
    promlet_status status = read_certificates(CLIENT_CA_OPTION, path, &trusted);
    if (status != PROMLET_OK) {
        return status;
    }
    int count =
        gnutls_certificate_set_x509_trust(identity->credentials, trusted.list, (int)trusted.count);
    clear_certificates(&trusted);
    if (count <= 0) {
        return fail(CLIENT_CA_OPTION, path, count < 0 ? count : GNUTLS_E_NO_CERTIFICATE_FOUND);
    }
    gnutls_certificate_set_verify_function(identity->credentials, verify_client);
    return PROMLET_OK;
}

/* ---- identities ------------------------------------------------------------------------------ */

static promlet_status load(pml_server_tls_identity *identity, const pml_server_tls_paths *paths)
{
    if (gnutls_certificate_allocate_credentials(&identity->credentials) < 0) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    promlet_status status = load_pair(identity, paths);
    if (status == PROMLET_OK && paths->client_ca != NULL) {
        status = load_client_ca(identity, paths->client_ca);
    }
    return status;
}

promlet_status pml_server_tls_identity_new(const pml_server_tls_paths *paths,
                                           pml_server_tls_identity **identity)
{
    pml_server_tls_identity *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    made->holders = 1;
    promlet_status status = load(made, paths);
    if (status == PROMLET_OK) {
        *identity = made;
    } else {
        pml_server_tls_identity_release(made);
    }
    return status;
}

void pml_server_tls_identity_release(pml_server_tls_identity *identity)
{
    if (identity == NULL || --identity->holders > 0) {
        return;
    }
    if (identity->credentials != NULL) {
        gnutls_certificate_free_credentials(identity->credentials);
    }
    free(identity);
}

bool pml_server_tls_identity_use(const pml_server_tls_identity *identity, gnutls_session_t session)
{
    return gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, identity->credentials) == 0;
}
