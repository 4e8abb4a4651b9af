# SPDX-License-Identifier: Apache-2.0
# Seed: a panel asks for a metric that nothing has.
# file: grafana/dashboards/service.json
# arguments: --timeout 40
# expect: no data for kv_sqlite_memmory_bytes
s/kv_sqlite_memory_bytes/kv_sqlite_memmory_bytes/
