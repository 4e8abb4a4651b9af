# SPDX-License-Identifier: Apache-2.0
# Seed: a process without a free descriptor is not served.
# file: src/server/accepting.c
# test: test_server_descriptors
# seconds: 30
# expect: [  FAILED  ] scrapes_without_descriptors_are_answered
s/lacks_descriptors() && accepting->reserve_fd >= 0/lacks_descriptors() \&\& false/
