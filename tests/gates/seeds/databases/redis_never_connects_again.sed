# SPDX-License-Identifier: Apache-2.0
# Seed: a connection that is lost is kept.
# file: examples/redis_kv/client.c
# expect: error_type="" while the server goes on
/^        disconnect(client);/d
