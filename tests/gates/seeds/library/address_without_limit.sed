# SPDX-License-Identifier: Apache-2.0
# Seed: one address may take all places.
# file: src/server/accepting.c
# test: test_server_limits
# seconds: 30
# expect: [  FAILED  ] address_beyond_its_limit_loses_its_oldest_connection
s/if (pml_server_count_of(table, address) < table->limits->per_address) {/if (true) {/
