# SPDX-License-Identifier: Apache-2.0
# Seed: names go into expressions with their quotes as they are.
# file: src/instrument/dashboard_promql.c
# test: test_dashboard_names
# expect: [  FAILED  ] quotes_and_variables_in_names_are_escaped
s/if (c == '"' || c == /if (c == /
