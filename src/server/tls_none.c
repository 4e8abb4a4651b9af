/* SPDX-License-Identifier: Apache-2.0 */
/* Without GnuTLS a server that is asked for TLS does not start. */
#include "server/tls.h"

#include <microhttpd.h>
#include <stddef.h>

promlet_status pml_server_tls_new(const promlet_server_opts *options, pml_server_tls **tls)
{
    *tls = NULL;
    if (options->certificate_path == NULL) {
        return PROMLET_OK;
    }
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT,
                                  "certificate_path: this promlet was built without TLS");
}

void pml_server_tls_free(pml_server_tls *tls)
{
    (void)tls;
}

unsigned int pml_server_tls_flags(const pml_server_tls *tls)
{
    (void)tls;
    return MHD_NO_FLAG;
}

struct MHD_OptionItem *pml_server_tls_options(pml_server_tls *tls)
{
    static struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    (void)tls;
    return none;
}

promlet_status pml_server_tls_reload(pml_server_tls *tls)
{
    (void)tls;
    return PROMLET_ERROR_ARGUMENT;
}

void pml_server_tls_refresh(pml_server_tls *tls)
{
    (void)tls;
}

pml_server_tls_identity *pml_server_tls_begin(pml_server_tls *tls,
                                              struct MHD_Connection *connection)
{
    (void)tls;
    (void)connection;
    return NULL;
}

void pml_server_tls_end(pml_server_tls_identity *identity)
{
    (void)identity;
}

uint32_t pml_server_tls_awaits(const pml_server_tls *tls, struct MHD_Connection *connection)
{
    (void)tls;
    (void)connection;
    return 0;
}

bool pml_server_tls_check(pml_server_tls *tls, const pml_server_tls_identity *identity,
                          struct MHD_Connection *connection)
{
    (void)tls;
    (void)identity;
    (void)connection;
    return true;
}

char *pml_server_tls_client_subject(const pml_server_tls *tls, struct MHD_Connection *connection)
{
    (void)tls;
    (void)connection;
    return NULL;
}
