/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of a server that asks for credentials: right and wrong ones, and how they are tried. To
   be included after cmocka.h. */
#ifndef PML_TESTS_SERVER_CREDENTIALS_H
#define PML_TESTS_SERVER_CREDENTIALS_H

#include "server/http_client.h"

#define BASIC_ALADDIN "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
#define GOOD_BASIC "Authorization: Basic " BASIC_ALADDIN "\r\n"
#define GOOD_BEARER "Authorization: Bearer t0ken\r\n"
#define WRONG_BASIC "Authorization: Basic QWxhZGRpbjp4\r\n"

static inline promlet_server *start(const promlet_server_opts *options)
{
    promlet_server *server = NULL;
    if (promlet_server_start(options, &server) != PROMLET_OK) {
        fail_msg("%s", promlet_last_error());
    }
    return server;
}

static inline int status_of(const promlet_server *server, const char *headers)
{
    http_reply reply;
    int status = http_request_with(promlet_server_port(server), "GET", "/metrics", headers, &reply);
    http_reply_clear(&reply);
    return status;
}

/* Spend the tries of this address, and more. Returns the last answer. */
static inline void try_often(const promlet_server *server, http_reply *reply)
{
    memset(reply, 0, sizeof *reply);
    for (int i = 0; i < 100 && reply->status != 429; i++) {
        http_reply_clear(reply);
        (void)http_request_with(promlet_server_port(server), "GET", "/metrics", WRONG_BASIC, reply);
        assert_true(reply->status == 401 || reply->status == 429);
    }
}

#endif
