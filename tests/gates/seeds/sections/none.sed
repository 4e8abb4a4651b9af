# SPDX-License-Identifier: Apache-2.0
# Seed: no section at all.
# expect: 0 sections, expected at least 1
/__rseq_cs/,/failure$/d; s/descriptor/failed/
