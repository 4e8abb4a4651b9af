# SPDX-License-Identifier: Apache-2.0
# Seed: a field of another type.
# expect: differ in signedness
s/int64_t rseq_offset/uint64_t rseq_offset/
