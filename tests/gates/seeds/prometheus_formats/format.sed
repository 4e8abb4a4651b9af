# SPDX-License-Identifier: Apache-2.0
# Seed: a server sends text where OpenMetrics is expected.
# file: tests/peers/recorded_service.c
# expect: only 0 samples _created
s/PROMLET_FORMAT_OPENMETRICS_1_0_0/PROMLET_FORMAT_TEXT_0_0_4/
