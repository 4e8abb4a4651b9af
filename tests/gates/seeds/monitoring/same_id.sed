# SPDX-License-Identifier: Apache-2.0
# Seed: two panels with one id.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: two panels have the same id
s/"id": 6,/"id": 5,/
