# SPDX-License-Identifier: Apache-2.0
# Seed: the names of a query may have any number of bytes.
# file: src/http/query.c
# target: requests
# expect: finding: status 200 instead of 400
s/reading->bytes > PROMLET_MAX_QUERY_NAME_BYTES/false/
