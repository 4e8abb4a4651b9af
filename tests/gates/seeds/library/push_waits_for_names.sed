# SPDX-License-Identifier: Apache-2.0
# Seed: a push whose time is over waits for the name server.
# file: src/push/transfer.c
# test: test_push_faults
# expect: [ RUN      ] name_server_that_never_answers_is_not_waited_for
s/ && SET(curl, CURLOPT_QUICK_EXIT, 1L)//
