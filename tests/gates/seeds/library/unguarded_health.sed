# SPDX-License-Identifier: Apache-2.0
# Seed: credentials are asked for the metrics only.
# file: src/server/answer.c
# test: test_server_auth
# seconds: 30
# expect: [  FAILED  ] every_path_and_method_is_guarded
s/pml_server_refusal refusal = pml_server_authorize(exchange, method, path);/pml_server_refusal refusal = {0};\n    if (strcmp(path, "\/metrics") == 0) {\n        refusal = pml_server_authorize(exchange, method, path);\n    }/
