# SPDX-License-Identifier: Apache-2.0
# Seed: separators of lines stand in YAML as they are.
# file: src/instrument/dashboard_draft.c
# test: test_dashboard_names
# expect: [  FAILED  ] texts_that_json_or_yaml_cannot_hold_are_escaped
s/return others\[i\].code;/return 0;/
