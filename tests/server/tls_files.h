/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates for the TLS tests, made on the spot in a folder that goes with the test. */
#ifndef PML_TESTS_SERVER_TLS_FILES_H
#define PML_TESTS_SERVER_TLS_FILES_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TLS_DAY (24 * 60 * 60L)

/* Whoever signs certificates. */
typedef struct tls_authority {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
} tls_authority;

/* What a certificate says. */
typedef struct tls_subject {
    const char *name;    /* Its common name. */
    const char *purpose; /* Such as GNUTLS_KP_TLS_WWW_CLIENT; NULL: any. */
    bool is_expired;
    long seconds; /* For how long it is valid; 0: a day. */
} tls_subject;

/* A file in the folder of this process, which tls_files_remove() removes. */
static char tls_folder[64];

static inline const char *tls_path(const char *name)
{
    static char paths[16][128];
    static unsigned int next;
    if (tls_folder[0] == '\0') {
        (void)snprintf(tls_folder, sizeof tls_folder, "/tmp/promlet-tls-XXXXXX");
        if (mkdtemp(tls_folder) == NULL) {
            abort();
        }
    }
    char *path = paths[next++ % 16];
    (void)snprintf(path, sizeof paths[0], "%s/%s", tls_folder, name);
    return path;
}

static inline void tls_files_remove(void)
{
    char command[128];
    if (tls_folder[0] != '\0') {
        (void)snprintf(command, sizeof command, "rm -rf '%s'", tls_folder);
        if (system(command) != 0) {
            abort();
        }
        tls_folder[0] = '\0';
    }
}

static inline void tls_check(int result)
{
    if (result < 0) {
        (void)fprintf(stderr, "making a certificate: %s\n", gnutls_strerror(result));
        abort();
    }
}

/* Write a file whole, under another name first, as whoever replaces a file in use does. */
static inline void tls_write(const char *path, const void *bytes, size_t size)
{
    char other[160];
    (void)snprintf(other, sizeof other, "%s.new", path);
    FILE *file = fopen(other, "w");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0 ||
        rename(other, path) != 0) {
        abort();
    }
}

static inline gnutls_x509_privkey_t tls_new_key(void)
{
    gnutls_x509_privkey_t key;
    tls_check(gnutls_x509_privkey_init(&key));
    tls_check(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                           GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    return key;
}

/* A certificate without a signature. */
static inline gnutls_x509_crt_t tls_new_certificate(const tls_subject *subject,
                                                    gnutls_x509_privkey_t key)
{
    static unsigned char serial;
    gnutls_x509_crt_t made;
    time_t now = time(NULL);
    serial++;
    tls_check(gnutls_x509_crt_init(&made));
    tls_check(gnutls_x509_crt_set_version(made, 3));
    tls_check(gnutls_x509_crt_set_serial(made, &serial, 1));
    tls_check(gnutls_x509_crt_set_dn_by_oid(made, GNUTLS_OID_X520_COMMON_NAME, 0, subject->name,
                                            (unsigned int)strlen(subject->name)));
    tls_check(gnutls_x509_crt_set_activation_time(made, now - 2 * TLS_DAY));
    tls_check(gnutls_x509_crt_set_expiration_time(
        made, subject->is_expired ? now - TLS_DAY
                                  : now + (subject->seconds != 0 ? subject->seconds : TLS_DAY)));
    tls_check(gnutls_x509_crt_set_key(made, key));
    return made;
}

static inline tls_authority tls_new_authority(const char *name)
{
    tls_authority authority;
    authority.key = tls_new_key();
    authority.certificate = tls_new_certificate(&(tls_subject){.name = name}, authority.key);
    tls_check(gnutls_x509_crt_set_basic_constraints(authority.certificate, 1, -1));
    tls_check(gnutls_x509_crt_set_key_usage(authority.certificate, GNUTLS_KEY_KEY_CERT_SIGN));
    tls_check(gnutls_x509_crt_sign2(authority.certificate, authority.certificate, authority.key,
                                    GNUTLS_DIG_SHA256, 0));
    return authority;
}

static inline void tls_authority_clear(tls_authority *authority)
{
    gnutls_x509_crt_deinit(authority->certificate);
    gnutls_x509_privkey_deinit(authority->key);
}

static inline void tls_write_certificate(gnutls_x509_crt_t certificate, const char *path)
{
    gnutls_datum_t pem;
    tls_check(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem));
    tls_write(path, pem.data, pem.size);
    gnutls_free(pem.data);
}

static inline void tls_write_key(gnutls_x509_privkey_t key, const char *path)
{
    gnutls_datum_t pem;
    tls_check(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem));
    tls_write(path, pem.data, pem.size);
    gnutls_free(pem.data);
}

/* Write a new key that has a password. */
static inline void tls_write_locked_key(const char *path)
{
    gnutls_datum_t pem;
    gnutls_x509_privkey_t key = tls_new_key();
    tls_check(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, "password",
                                                GNUTLS_PKCS_PBES2_AES_128, &pem));
    tls_write(path, pem.data, pem.size);
    gnutls_free(pem.data);
    gnutls_x509_privkey_deinit(key);
}

/* Write a new certificate that the authority has signed, for localhost, and its key. */
static inline void tls_write_pair(const tls_authority *authority, const tls_subject *subject,
                                  const char *certificate_path, const char *key_path)
{
    gnutls_x509_privkey_t key = tls_new_key();
    gnutls_x509_crt_t made = tls_new_certificate(subject, key);
    tls_check(gnutls_x509_crt_set_subject_alt_name(made, GNUTLS_SAN_DNSNAME, "localhost", 9,
                                                   GNUTLS_FSAN_SET));
    tls_check(gnutls_x509_crt_set_key_usage(made, GNUTLS_KEY_DIGITAL_SIGNATURE));
    if (subject->purpose != NULL) {
        tls_check(gnutls_x509_crt_set_key_purpose_oid(made, subject->purpose, 0));
    }
    tls_check(
        gnutls_x509_crt_sign2(made, authority->certificate, authority->key, GNUTLS_DIG_SHA256, 0));
    tls_write_certificate(made, certificate_path);
    tls_write_key(key, key_path);
    gnutls_x509_crt_deinit(made);
    gnutls_x509_privkey_deinit(key);
}

#endif
