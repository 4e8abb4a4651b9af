# SPDX-License-Identifier: Apache-2.0
# Seed: buried series are freed without a grace period.
# file: src/registry/lifetime.c
# test: test_lifetime
# expect: [  FAILED  ] series_in_a_read_section_is_not_freed
s/if (pml_grace_is_over(limbo->ticket) \&\&/if (/
