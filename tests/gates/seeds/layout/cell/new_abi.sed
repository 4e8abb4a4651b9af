# SPDX-License-Identifier: Apache-2.0
# Seed: another number without the new layout.
# expect: PROMLET_CELL_ABI has changed
s/PROMLET_CELL_ABI 1/PROMLET_CELL_ABI 2/
