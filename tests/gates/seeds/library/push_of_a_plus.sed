# SPDX-License-Identifier: Apache-2.0
# Seed: a plus stands in a path as it is, where some take it for a blank.
# file: src/push/group.c
# test: test_push_config
# expect: [  FAILED  ] test_defect_12_url_of_other_values_has_base64
s/strchr("\.~-"/strchr(".~-+"/
