# SPDX-License-Identifier: Apache-2.0
# Seed: half a descriptor.
# expect: __rseq_cs has 48 bytes, not a number of descriptors
s/start, end - start, failure/&, 0, 0/
