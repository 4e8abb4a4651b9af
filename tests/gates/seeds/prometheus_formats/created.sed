# SPDX-License-Identifier: Apache-2.0
# Seed: start times are in another unit.
# file: src/encode/samples.c
# expect: not when the service began
s|start_ns / 1000000)|start_ns / 1000)|
