# SPDX-License-Identifier: Apache-2.0
# Seed: a name that does what another one should.
# expect: wrong: operators in arguments
s/promlet_hot_gauge_sub(__VA_ARGS__)/promlet_hot_gauge_add(__VA_ARGS__)/
