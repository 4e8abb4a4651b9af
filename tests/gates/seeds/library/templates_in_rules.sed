# SPDX-License-Identifier: Apache-2.0
# Seed: a help text is read as a template.
# file: src/instrument/dashboard_alerts.c
# test: test_dashboard_rules
# expect: [  FAILED  ] texts_are_no_templates
s/put_literally(&self->text, given->about->help)/pml_draft_text(\&self->text, given->about->help)/
