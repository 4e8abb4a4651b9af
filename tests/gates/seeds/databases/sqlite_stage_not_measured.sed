# SPDX-License-Identifier: Apache-2.0
# Seed: one of the stages is not measured.
# file: examples/sqlite_kv/client.c
# expect: the stage execute of
/PROMLET_DB_STAGE_SCOPE/d
