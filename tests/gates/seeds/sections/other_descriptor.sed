# SPDX-License-Identifier: Apache-2.0
# Seed: rseq_cs is set to something else.
# expect: rseq_cs is not set to this section's descriptor
s/leaq    descriptor(/leaq    descriptor+32(/
