# SPDX-License-Identifier: Apache-2.0
# Seed: a unit that Grafana does not have.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: Grafana has no unit requests
s/"unit": "reqps"/"unit": "requests"/
