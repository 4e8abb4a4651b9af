/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a file with a warning. */
int main(void)
{
    int unused = 0;
    return 0;
}
