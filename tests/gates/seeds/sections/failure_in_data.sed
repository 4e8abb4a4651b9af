# SPDX-License-Identifier: Apache-2.0
# Seed: the failure path is no code.
# expect: is not the begin of an instruction
s/end - start, failure/end - start, descriptor/
