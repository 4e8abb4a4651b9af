# SPDX-License-Identifier: Apache-2.0
# Seed: a callback with a deadline, in a thread that is none of the server's, waits for the server.
# file: src/server/life.c
# test: test_server_stop
# expect: [ RUN      ] stop_in_a_callback_with_a_deadline_does_not_wait_for_itself
s/return is_servers_thread || promlet_is_collecting();/return is_servers_thread;/
