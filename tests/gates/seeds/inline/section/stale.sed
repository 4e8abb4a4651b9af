# SPDX-License-Identifier: Apache-2.0
# Seed: rseq_cs is not taken back, so it points into a module that is gone: the kernel ends
# the process.
# expect: unload: ends with status 139
/^#define PROMLET_SECTION_END/,/^$/{s/^    "\\n2:.*/    "\\n2:\\n\\t"/;/movq \$0/d}
