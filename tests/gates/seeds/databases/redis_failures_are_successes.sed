# SPDX-License-Identifier: Apache-2.0
# Seed: a reply that is an error counts as success.
# file: examples/redis_kv/client.c
# expect: ('put', 'KeyExistsError'): the tally has 1, the metrics 0
s/^    if (error_type) {/    if (!error_type) {/
