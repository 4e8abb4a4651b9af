# SPDX-License-Identifier: Apache-2.0
# Seed: a timeout looks like a connection that is lost.
# file: examples/redis_kv/client.c
# expect: error_type="Timeout" while the server is stopped
s/error == EAGAIN/false/; s/error == EWOULDBLOCK/false/
