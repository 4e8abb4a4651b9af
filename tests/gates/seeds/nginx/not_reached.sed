# SPDX-License-Identifier: Apache-2.0
# Seed: nginx looks for the service elsewhere.
# expect: nginx does not serve
s/metrics.sock/other.sock/
