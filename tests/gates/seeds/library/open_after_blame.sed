# SPDX-License-Identifier: Apache-2.0
# Seed: who is blamed for a request may send another behind it.
# file: src/server/reply.c
# test: test_server_requests
# seconds: 30
# expect: [  FAILED  ] answer_that_blames_the_client_closes_the_connection
s,return http_status / 100 != 4 ||,return true ||,
