# SPDX-License-Identifier: Apache-2.0
# Seed: dashboards are looked for where none are.
# file: grafana/provisioning/dashboards/promlet.yml
# arguments: --without-services
# expect: no dashboards are mounted
s,/etc/grafana/dashboards,/etc/grafana/boards,
