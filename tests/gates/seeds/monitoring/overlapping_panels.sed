# SPDX-License-Identifier: Apache-2.0
# Seed: panels lie on each other.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: it overlaps
s/"x": 12,/"x": 11,/
