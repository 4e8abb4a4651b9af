/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a program that is not the first one of good.md. */
int main(void)
{
    return 0;
}
