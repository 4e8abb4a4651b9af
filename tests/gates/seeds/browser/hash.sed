# SPDX-License-Identifier: Apache-2.0
# Seed: the policy allows another script.
# file: cmake/embed_page.cmake
# check: formats
# expect: the page shows families
s|hash_source("${script}" script_hash)|hash_source("${script} " script_hash)|
