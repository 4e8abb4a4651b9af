# SPDX-License-Identifier: Apache-2.0
# Seed: a panel leaves the grid.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: leaves the grid
s/"w": 24,/"w": 25,/
