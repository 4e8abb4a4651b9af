# SPDX-License-Identifier: Apache-2.0
# Seed: a jump out that is not to the failure path.
# expect: a jump out: jae
s/jae     failure/jae     failed/
