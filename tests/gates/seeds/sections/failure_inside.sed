# SPDX-License-Identifier: Apache-2.0
# Seed: the failure path lies in the section.
# expect: the failure path lies inside the section
s/end - start, failure/end - start, start/
