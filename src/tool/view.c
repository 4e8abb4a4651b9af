/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A section a kind of metric. The name takes what the figures leave; where the screen is narrow,
 * the figures that say least are left out.
 */
#include "tool/view.h"

#define FIGURE_COLUMNS 8 /* one of them a space */
#define BAR_COLUMNS (PML_MOST_BARS + 2)
#define LEAST_NAME_COLUMNS 16
#define MOST_COLUMNS 7
#define INDENT 2 /* of the rows of a family */

typedef enum column {
    COLUMN_RATE,
    COLUMN_MEAN,
    COLUMN_P50,
    COLUMN_P90,
    COLUMN_P99,
    COLUMN_VALUE,
    COLUMN_CHANGE,
    COLUMN_BARS,
    COLUMN_END
} column;

static const char *const column_titles[] = {
    [COLUMN_RATE] = "rate/s",   [COLUMN_MEAN] = "mean", [COLUMN_P50] = "p50",
    [COLUMN_P90] = "p90",       [COLUMN_P99] = "p99",   [COLUMN_VALUE] = "value",
    [COLUMN_CHANGE] = "change", [COLUMN_BARS] = "",
};

static const struct section {
    const char *title;
    column shown[MOST_COLUMNS]; /* in this order */
    column least[MOST_COLUMNS]; /* which are left out first */
} sections[] = {
    [PML_ROW_HISTOGRAM] = {"HISTOGRAMS",
                           {COLUMN_RATE, COLUMN_MEAN, COLUMN_P50, COLUMN_P90, COLUMN_P99,
                            COLUMN_BARS, COLUMN_END},
                           {COLUMN_MEAN, COLUMN_P90, COLUMN_BARS, COLUMN_P50, COLUMN_RATE,
                            COLUMN_END}},
    [PML_ROW_SUMMARY] = {"SUMMARIES",
                         {COLUMN_RATE, COLUMN_MEAN, COLUMN_P50, COLUMN_P90, COLUMN_P99, COLUMN_END},
                         {COLUMN_P90, COLUMN_P50, COLUMN_P99, COLUMN_MEAN, COLUMN_END}},
    [PML_ROW_COUNTER] = {"COUNTERS",
                         {COLUMN_RATE, COLUMN_VALUE, COLUMN_END},
                         {COLUMN_VALUE, COLUMN_END}},
    [PML_ROW_GAUGE] = {"GAUGES",
                       {COLUMN_VALUE, COLUMN_CHANGE, COLUMN_END},
                       {COLUMN_CHANGE, COLUMN_END}},
};

typedef struct layout {
    column shown[MOST_COLUMNS];
    size_t count;
    size_t name_columns;
} layout;

/* The part of a table that is on the screen. */
typedef struct drawing {
    const pml_view *view;
    pml_screen *screen;
    size_t line; /* of the table */
} drawing;

/* ---- columns --------------------------------------------------------------------------------- */

static size_t columns_of(column which)
{
    return which == COLUMN_BARS ? BAR_COLUMNS : FIGURE_COLUMNS;
}

static size_t used_columns(const layout *self)
{
    size_t used = 0;
    for (size_t i = 0; i < self->count; i++) {
        used += columns_of(self->shown[i]);
    }
    return used;
}

static void leave_out(layout *self, column which)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        if (self->shown[i] != which) {
            self->shown[kept++] = self->shown[i];
        }
    }
    self->count = kept;
}

static layout lay_out(const struct section *section, size_t width)
{
    layout made = {.count = 0};
    size_t least = width * 2 / 5 > LEAST_NAME_COLUMNS ? width * 2 / 5 : LEAST_NAME_COLUMNS;
    for (size_t i = 0; section->shown[i] != COLUMN_END; i++) {
        made.shown[made.count++] = section->shown[i];
    }
    for (size_t i = 0; section->least[i] != COLUMN_END; i++) {
        if (used_columns(&made) + least > width) {
            leave_out(&made, section->least[i]);
        }
    }
    size_t used = used_columns(&made);
    made.name_columns = width > used ? width - used : 0;
    return made;
}

/* ---- figures --------------------------------------------------------------------------------- */

static void put_bars(const pml_screen *screen, pml_buffer *to, const pml_row *row)
{
    static const char *const blocks[] = {" ",
                                         "\xe2\x96\x81",
                                         "\xe2\x96\x82",
                                         "\xe2\x96\x83",
                                         "\xe2\x96\x84",
                                         "\xe2\x96\x85",
                                         "\xe2\x96\x86",
                                         "\xe2\x96\x87",
                                         "\xe2\x96\x88"};
    static const char *const marks[] = {" ", ".", ".", ":", "-", "=", "+", "*", "#"};
    pml_buffer_text(to, "  ");
    for (size_t i = 0; i < PML_MOST_BARS; i++) {
        double height = i < row->bar_count ? row->bars[i] : 0;
        size_t step = height > 0 ? 1 + (size_t)(height * 7.0) : 0;
        pml_buffer_text(to, screen->has_utf8 ? blocks[step] : marks[step]);
    }
}

/* Seconds a second are no time. */
static pml_unit unit_of_rate(const pml_row *row)
{
    bool is_observed = row->kind == PML_ROW_HISTOGRAM || row->kind == PML_ROW_SUMMARY;
    return is_observed || row->unit == PML_UNIT_SECONDS ? PML_UNIT_NONE : row->unit;
}

static void put_figure(pml_buffer *to, const pml_screen *screen, const pml_row *row, column which,
                       double time)
{
    const double figures[] = {
        [COLUMN_RATE] = row->rate,     [COLUMN_MEAN] = row->mean, [COLUMN_P50] = row->p50,
        [COLUMN_P90] = row->p90,       [COLUMN_P99] = row->p99,   [COLUMN_VALUE] = row->value,
        [COLUMN_CHANGE] = row->change,
    };
    char text[PML_FIGURE_SIZE];
    if (which == COLUMN_BARS) {
        put_bars(screen, to, row);
        return;
    }
    if (which == COLUMN_VALUE && row->is_time) {
        pml_figure_age(text, time - row->value);
    } else {
        pml_figure_short(text, figures[which],
                         which == COLUMN_RATE ? unit_of_rate(row) : row->unit);
    }
    pml_buffer_text(to, " ");
    pml_screen_put_right(screen, to, text, FIGURE_COLUMNS - 1);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The next line of the table; NULL when it is not on the screen. The first line is the title's. */
static pml_line *next_line(drawing *self, pml_style style)
{
    const pml_view *view = self->view;
    size_t line = self->line++;
    bool is_shown =
        line >= view->first && (view->height == 0 || line - view->first + 1 < view->height);
    return is_shown ? pml_screen_add(self->screen, style) : NULL;
}

static void draw_title(const pml_view *view, pml_screen *screen)
{
    pml_line *line = pml_screen_add(screen, view->is_down ? PML_STYLE_ALERT : PML_STYLE_TITLE);
    pml_buffer text = {.bytes = NULL};
    pml_buffer_format(&text, "%s  %s", view->state, view->title);
    pml_screen_put_left(screen, &line->text, text.bytes, screen->width);
    pml_buffer_free(&text);
}

static void draw_heading(drawing *self, const struct section *section, const layout *columns)
{
    pml_line *line = next_line(self, PML_STYLE_TITLE);
    if (line == NULL) {
        return;
    }
    pml_screen_put_left(self->screen, &line->text, section->title, columns->name_columns);
    for (size_t i = 0; i < columns->count; i++) {
        pml_screen_put_right(self->screen, &line->text, column_titles[columns->shown[i]],
                             columns_of(columns->shown[i]));
    }
}

static void draw_family(drawing *self, const char *heading)
{
    pml_line *line = next_line(self, PML_STYLE_PLAIN);
    if (line != NULL) {
        pml_screen_put_left(self->screen, &line->text, heading, self->screen->width);
    }
}

static void draw_row(drawing *self, const pml_row *row, const layout *columns)
{
    pml_line *line = next_line(self, PML_STYLE_PLAIN);
    if (line == NULL) {
        return;
    }
    size_t indent = row->heading != NULL && columns->name_columns > INDENT ? INDENT : 0;
    pml_buffer_repeat(&line->text, ' ', indent);
    pml_screen_put_left(self->screen, &line->text, row->name, columns->name_columns - indent);
    for (size_t i = 0; i < columns->count; i++) {
        put_figure(&line->text, self->screen, row, columns->shown[i], self->view->time);
    }
}

size_t pml_view_draw(const pml_view *view, pml_screen *screen)
{
    drawing self = {.view = view, .screen = screen};
    layout columns = {.count = 0};
    draw_title(view, screen);
    for (size_t i = 0; view->rows != NULL && i < view->rows->count; i++) {
        const pml_row *row = &view->rows->items[i];
        const pml_row *before = i > 0 ? row - 1 : NULL;
        if (before == NULL || row->kind != before->kind) {
            columns = lay_out(&sections[row->kind], screen->width);
            draw_heading(&self, &sections[row->kind], &columns);
        }
        if (row->heading != NULL && (before == NULL || row->heading != before->heading)) {
            draw_family(&self, row->heading);
        }
        draw_row(&self, row, &columns);
    }
    return self.line;
}
