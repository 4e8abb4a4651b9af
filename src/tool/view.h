/* SPDX-License-Identifier: Apache-2.0 */
/* The screen of promlet top, drawn into lines. */
#ifndef PML_TOOL_VIEW_H
#define PML_TOOL_VIEW_H

#include "tool/rows.h"
#include "tool/screen.h"

typedef struct pml_view {
    const char *title; /* what is looked at */
    const char *state; /* how it is, such as "up" or "down for 12s: Connection refused" */
    bool is_down;
    double time;          /* seconds since 1970 */
    const pml_rows *rows; /* NULL: nothing was scraped yet */
    size_t first;         /* the line of the table that stands at the top */
    size_t height;        /* lines of the screen; 0: as many as there are */
} pml_view;

/* Draws it into an empty screen, in columns as wide as the screen is. Returns how many lines the
   table would have, which is more than are drawn where height is too little. */
size_t pml_view_draw(const pml_view *view, pml_screen *screen);

#endif
