# SPDX-License-Identifier: Apache-2.0
# Seed: the thread that serves collects from a registry of any size.
# file: src/registry/listing.c
# test: test_server_at_once
# seconds: 60
# expect: [  FAILED  ] registry_that_has_grown_is_not
/^bool pml_registry_has_little/,/^}/s/bytes <= most_bytes/true/
