# SPDX-License-Identifier: Apache-2.0
# Seed: what the client can read is not passed on.
# expect: expected the header Content-Type: application/openmetrics-text
/\.accept = /d
