# SPDX-License-Identifier: Apache-2.0
# Seed: protobuf does not escape names for readers that want it.
# file: src/encode/protobuf.c
# expect: invalid metric name: http.server
s/^    if (wire->names == NULL || wire->names->are_raw) {$/    if (true) {/
