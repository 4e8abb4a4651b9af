# SPDX-License-Identifier: Apache-2.0
# Seed: idle series leave without a grace period.
# file: src/registry/lifetime.c
# test: test_expiry
# expect: [  FAILED  ] series_in_a_read_section_does_not_leave
s/ && idle_time(family, series) > since_grace;/ \&\& since_grace >= 0;/
