# SPDX-License-Identifier: Apache-2.0
# Seed: descriptions outside the section group of their code, which the linker drops.
# expect: discarded section
s/"aw?\\"/"aw\\"/
