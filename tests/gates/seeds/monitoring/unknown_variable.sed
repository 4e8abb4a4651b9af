# SPDX-License-Identifier: Apache-2.0
# Seed: a variable that nobody defines.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: no such variable: ['host']
s/\$instance/$host/
