/* SPDX-License-Identifier: Apache-2.0 */
/* promlet top: scrapes, draws, and hears keys and signals, one after the other in one thread that
   waits for all of them at once. */
#include "tool/command.h"
#include "tool/memory.h"
#include "tool/scrapes.h"
#include "tool/terminal.h"
#include "tool/view.h"

#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DEFAULT_INTERVAL_SECONDS 2
#define DEFAULT_WIDTH 80

typedef struct topping {
    const pml_arguments *arguments;
    char *name; /* of the target */
    double interval;
    pml_selector **selectors;
    pml_rows_options options;
    pml_scrapes scrapes;
    pml_rows rows;
    pml_buffer state;
    pml_screen screens[2]; /* what is shown, and the next */
    size_t shown;          /* which of them */
    bool is_unknown;       /* what is shown: all is to be painted */
    bool is_changed;       /* there is more to show than is shown */
    bool has_styles;
    double next; /* when the next scrape begins */
    size_t first;
    size_t line_count;
    bool is_over;
} topping;

/* ---- what is shown --------------------------------------------------------------------------- */

static void say_count(topping *self)
{
    if (self->rows.count == 0 && self->options.selector_count > 0) {
        pml_buffer_text(&self->state, "up  nothing matches");
    } else {
        pml_buffer_format(&self->state, "up  %zu metrics", self->rows.count);
    }
    if (self->scrapes.now.bad_count > 0) {
        pml_buffer_format(&self->state, "  %zu unreadable lines", self->scrapes.now.bad_count);
    }
}

static void say_state(topping *self)
{
    const pml_scrapes *scrapes = &self->scrapes;
    pml_buffer_clear(&self->state);
    if (scrapes->is_down) {
        pml_buffer_format(&self->state, "DOWN %.0fs: %s", pml_scrapes_clock() - scrapes->down_since,
                          pml_buffer_peek(&scrapes->why));
    } else if (scrapes->now.document == NULL) {
        pml_buffer_text(&self->state, "waiting for the first scrape");
    } else if (scrapes->before.document == NULL) {
        say_count(self);
        pml_buffer_text(&self->state, "  rates with the next scrape");
    } else {
        double seconds = scrapes->now.time - scrapes->before.time;
        say_count(self);
        pml_buffer_format(&self->state, seconds < 10 ? "  %.2gs" : "  %.0fs", seconds);
    }
}

static void make_rows(topping *self)
{
    const pml_scrapes *scrapes = &self->scrapes;
    bool has_before = scrapes->before.document != NULL;
    pml_rows_free(&self->rows);
    if (scrapes->now.document != NULL) {
        pml_rows_make(&self->rows, &scrapes->now.metrics,
                      has_before ? &scrapes->before.metrics : NULL,
                      scrapes->now.time - scrapes->before.time, &self->options);
    }
    self->is_changed = true;
}

static void draw(topping *self, pml_screen *screen, size_t height)
{
    say_state(self);
    const pml_view view = {.title = self->name,
                           .state = pml_buffer_peek(&self->state),
                           .is_down = self->scrapes.is_down,
                           .time = (double)time(NULL),
                           .rows = &self->rows,
                           .first = self->first,
                           .height = height};
    pml_screen_clear(screen);
    self->line_count = pml_view_draw(&view, screen);
}

/* ---- one screen as text ---------------------------------------------------------------------- */

static bool scrape(topping *self)
{
    pml_scrapes_start(&self->scrapes);
    while (!pml_scrapes_run(&self->scrapes, NULL, 0, 1000)) {
    }
    if (self->scrapes.is_down) {
        (void)pml_trouble("%s: %s", self->name, pml_buffer_peek(&self->scrapes.why));
    }
    return !self->scrapes.is_down;
}

static void sleep_for(double seconds)
{
    struct timespec time = {.tv_sec = (time_t)seconds};
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    (void)nanosleep(&time, NULL);
}

static int print_once(topping *self)
{
    if (!scrape(self)) {
        return PML_TOOL_TROUBLE;
    }
    sleep_for(self->interval);
    if (!scrape(self)) {
        return PML_TOOL_TROUBLE;
    }
    make_rows(self);
    pml_screen *screen = &self->screens[0];
    if (self->arguments->width == 0 && pml_terminal_is_there()) {
        screen->width = pml_terminal_size_now().width;
    }
    draw(self, screen, 0);
    for (size_t i = 0; i < screen->count; i++) {
        const char *text = pml_buffer_peek(&screen->lines[i].text);
        size_t size = screen->lines[i].text.size;
        while (size > 0 && text[size - 1] == ' ') {
            size--;
        }
        printf("%.*s\n", (int)size, text);
    }
    return PML_TOOL_OK;
}

/* ---- the terminal ---------------------------------------------------------------------------- */

/* The next screen is drawn once the last one is written, so that a slow terminal shows fewer of
   them, each one whole. */
static void show(topping *self)
{
    if (!self->is_changed || pml_terminal_is_busy()) {
        return;
    }
    pml_terminal_size size = pml_terminal_size_now();
    pml_screen *next = &self->screens[1 - self->shown];
    pml_buffer bytes = {.bytes = NULL};
    next->width = self->arguments->width > 0 && self->arguments->width < size.width
                      ? self->arguments->width
                      : size.width;
    draw(self, next, size.height);
    pml_screen_paint(&bytes, self->is_unknown ? NULL : &self->screens[self->shown], next,
                     size.height, self->has_styles);
    if (bytes.size > 0) {
        pml_terminal_write(bytes.bytes, bytes.size);
    }
    pml_buffer_free(&bytes);
    self->shown = 1 - self->shown;
    self->is_unknown = false;
    self->is_changed = false;
}

static void scroll(topping *self, long lines)
{
    size_t page = pml_terminal_size_now().height - 1;
    size_t last = self->line_count > page ? self->line_count - page : 0;
    long to = (long)self->first + lines;
    self->first = to < 0 ? 0 : (size_t)to > last ? last : (size_t)to;
    self->is_changed = true;
}

/* Arrows come as an escape, [ and a letter; page keys with 5~ or 6~. */
static int read_key(void)
{
    int key = pml_terminal_key();
    if (key != '\033') {
        return key;
    }
    if (pml_terminal_key() != '[') {
        return 0;
    }
    switch (pml_terminal_key()) {
    case 'A':
        return 'k';
    case 'B':
        return 'j';
    case '5':
        (void)pml_terminal_key();
        return 'b';
    case '6':
        (void)pml_terminal_key();
        return ' ';
    default:
        return 0;
    }
}

static void hear_keys(topping *self)
{
    long page = (long)pml_terminal_size_now().height - 2;
    for (int key = read_key(); key >= 0; key = read_key()) {
        switch (key) {
        case 'q':
            self->is_over = true;
            break;
        case 'j':
        case 'k':
            scroll(self, key == 'j' ? 1 : -1);
            break;
        case ' ':
        case 'b':
            scroll(self, key == ' ' ? page : -page);
            break;
        case 'g':
            scroll(self, -(long)self->first);
            break;
        case 'n':
            self->options.is_sorted_by_name = !self->options.is_sorted_by_name;
            make_rows(self);
            break;
        default:
            break;
        }
    }
}

static int wait_ms(const topping *self)
{
    double left = self->next - pml_scrapes_clock();
    return left <= 0 ? 0 : left > 1 ? 1000 : 1 + (int)(left * 1000);
}

/* Waits for what comes first: an answer, a key, a signal, room in the terminal, the next scrape. */
static void wait_for_something(topping *self)
{
    struct pollfd descriptors[PML_TERMINAL_DESCRIPTORS];
    size_t count = pml_terminal_descriptors(descriptors);
    if (self->scrapes.is_running) {
        if (pml_scrapes_run(&self->scrapes, descriptors, count, 1000)) {
            make_rows(self);
        }
    } else {
        (void)poll(descriptors, (nfds_t)count, wait_ms(self));
    }
    if (self->scrapes.is_down) {
        self->is_changed = true; /* for how long */
    }
}

static void run(topping *self)
{
    self->is_changed = true;
    self->is_unknown = true;
    while (!self->is_over && !pml_terminal_is_gone()) {
        double now = pml_scrapes_clock();
        if (!self->scrapes.is_running && now >= self->next) {
            self->next = now + self->interval;
            pml_scrapes_start(&self->scrapes);
        }
        show(self);
        wait_for_something(self);
        if (pml_terminal_take_signals()) {
            self->is_changed = true;
            self->is_unknown = true;
        }
        hear_keys(self);
    }
}

static int run_in_terminal(topping *self)
{
    pml_buffer why = {.bytes = NULL};
    const char *no_colour = getenv("NO_COLOR");
    self->has_styles = no_colour == NULL || *no_colour == '\0';
    if (!pml_terminal_open(&why)) {
        (void)pml_trouble("%s", pml_buffer_peek(&why));
        pml_buffer_free(&why);
        return PML_TOOL_TROUBLE;
    }
    run(self);
    pml_terminal_close();
    return PML_TOOL_OK;
}

/* ---- the command ----------------------------------------------------------------------------- */

static bool read_selectors(topping *self)
{
    pml_buffer why = {.bytes = NULL};
    size_t count = self->arguments->place_count - 1;
    self->selectors = pml_tool_new(count, sizeof(pml_selector *));
    for (size_t i = 0; i < count; i++) {
        self->selectors[i] = pml_selector_new(self->arguments->places[i + 1], &why);
        if (self->selectors[i] == NULL) {
            (void)pml_trouble("%s", pml_buffer_peek(&why));
            pml_buffer_free(&why);
            return false;
        }
        self->options.selector_count++;
    }
    self->options.selectors = self->selectors;
    return true;
}

static int start(topping *self)
{
    const char *url = self->arguments->places[0];
    if (!pml_source_is_url(url)) {
        return pml_trouble("%s: top needs a URL, which begins with http:// or https://", url);
    }
    if (!read_selectors(self)) {
        return PML_TOOL_TROUBLE;
    }
    if (!pml_scrapes_open(&self->scrapes, url, &self->arguments->source)) {
        return pml_trouble("%s: %s", self->name, pml_buffer_peek(&self->scrapes.why));
    }
    return self->arguments->is_once || !pml_terminal_is_there() ? print_once(self)
                                                                : run_in_terminal(self);
}

static int top(const pml_arguments *arguments)
{
    topping self = {.arguments = arguments,
                    .name = pml_source_name(arguments->places[0]),
                    .interval = arguments->interval_seconds > 0 ? arguments->interval_seconds
                                                                : DEFAULT_INTERVAL_SECONDS,
                    .options = {.is_sorted_by_name = arguments->is_sorted_by_name}};
    (void)setlocale(LC_CTYPE, "");
    for (size_t i = 0; i < 2; i++) {
        self.screens[i].width = arguments->width > 0 ? arguments->width : DEFAULT_WIDTH;
        self.screens[i].has_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    }
    int status = start(&self);
    for (size_t i = 0; i < self.options.selector_count; i++) {
        pml_selector_free(self.selectors[i]);
    }
    free(self.selectors);
    pml_rows_free(&self.rows);
    pml_scrapes_close(&self.scrapes);
    pml_screen_free(&self.screens[0]);
    pml_screen_free(&self.screens[1]);
    pml_buffer_free(&self.state);
    free(self.name);
    return status;
}

const pml_command pml_command_top = {
    .name = "top",
    .purpose = "Watch the metrics of a running program",
    .synopsis = "[OPTION...] URL [SELECTOR...]",
    .text =
        "Shows rates of counters, values of gauges and how they changed, and rates, quantiles and\n"
        "bars of histograms, each of what happened between two scrapes. Bars are the buckets by\n"
        "rising bound. A target that is down is asked again. Selectors, as for promlet get, "
        "choose\n"
        "metrics; a histogram by the name of its family.\n"
        "\n"
        "Keys: q quits, j and k or the arrows scroll, space and b by pages, g to the top, n sorts\n"
        "by name or by what happens most. Where standard output is no terminal, one screen is\n"
        "printed as text, after two scrapes. NO_COLOR in the environment switches colours off.\n"
        "\n"
        "Exit status: 0 ended by q or after one screen, 2 trouble.",
    .options = "i1nwftmuHC",
    .needed = {"a URL"},
    .max_places = SIZE_MAX,
    .run = top,
};
