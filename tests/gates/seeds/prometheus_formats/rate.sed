# SPDX-License-Identifier: Apache-2.0
# Seed: what goes on is recorded in another unit.
# file: tests/peers/recorded_service.c
# expect: near the mean
s|/ 100\.0)|/ 10.0)|
