// SPDX-License-Identifier: Apache-2.0
// The second file of the program comdat.
#include "comdat.h"

void record_in_other_file(const comdat_metrics &metrics)
{
    record_all(metrics);
    record_template<long>(metrics, 4); // this file alone has it
}
