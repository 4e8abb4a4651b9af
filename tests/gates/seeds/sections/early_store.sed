# SPDX-License-Identifier: Apache-2.0
# Seed: the store is not the last instruction.
# expect: the last instruction is not a store: mov
s/^end:/        movl    $1, %eax\n&/
