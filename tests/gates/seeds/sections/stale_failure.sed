# SPDX-License-Identifier: Apache-2.0
# Seed: rseq_cs is not taken back on the failure path.
# expect: the failure path does not clear rseq_cs first
/^failure:/{n;d}
