/* SPDX-License-Identifier: Apache-2.0 */
/* promlet get: values for scripts, as they come. Nothing is kept of a document. */
#include "tool/command.h"
#include "tool/figures.h"
#include "tool/memory.h"
#include "tool/plain.h"
#include "tool/reading.h"
#include "tool/selector.h"
#include "tool/series.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct getting {
    const pml_arguments *arguments;
    pml_selector **selectors;
    size_t *matched; /* samples, by selector */
    size_t selector_count;
    pml_buffer line;
} getting;

static bool is_wanted(getting *self, const promlet_parsed_sample *sample)
{
    bool is_wanted = self->selector_count == 0;
    for (size_t i = 0; i < self->selector_count; i++) {
        if (pml_selector_matches(self->selectors[i], sample)) {
            self->matched[i]++;
            is_wanted = true;
        }
    }
    return is_wanted;
}

static bool show(void *ctx, const promlet_parsed_sample *sample)
{
    getting *self = ctx;
    if (sample->composite != NULL || !is_wanted(self, sample)) {
        return true;
    }
    pml_buffer_clear(&self->line);
    if (!self->arguments->values_only) {
        pml_tool_series_put(&self->line, sample);
        pml_buffer_text(&self->line, " ");
    }
    pml_figure_put(&self->line, &sample->value);
    return pml_print_line(&self->line);
}

static bool read_selectors(getting *self)
{
    const pml_arguments *arguments = self->arguments;
    pml_buffer why = {.bytes = NULL};
    self->selector_count = arguments->place_count - 1;
    self->selectors = pml_tool_new(self->selector_count, sizeof(pml_selector *));
    self->matched = pml_tool_new(self->selector_count, sizeof *self->matched);
    for (size_t i = 0; i < self->selector_count; i++) {
        self->selectors[i] = pml_selector_new(arguments->places[i + 1], &why);
        if (self->selectors[i] == NULL) {
            (void)pml_trouble("%s", pml_buffer_peek(&why));
            pml_buffer_free(&why);
            return false;
        }
    }
    return true;
}

/* A script that asks for several needs all of them. */
static int status_of(const getting *self)
{
    int status = PML_TOOL_OK;
    for (size_t i = 0; i < self->selector_count; i++) {
        if (self->matched[i] == 0) {
            (void)pml_trouble("nothing matches %s", self->arguments->places[i + 1]);
            status = PML_TOOL_FOUND;
        }
    }
    return status;
}

static int get(const pml_arguments *arguments)
{
    getting self = {.arguments = arguments};
    int status = PML_TOOL_TROUBLE;
    if (read_selectors(&self)) {
        status = pml_read_samples(arguments->places[0], &arguments->source, show, &self);
        status = status == PML_TOOL_OK ? status_of(&self) : status;
    }
    for (size_t i = 0; i < self.selector_count; i++) {
        pml_selector_free(self.selectors[i]);
    }
    free(self.selectors);
    free(self.matched);
    pml_buffer_free(&self.line);
    return status;
}

const pml_command pml_command_get = {
    .name = "get",
    .purpose = "Print the values of series",
    .synopsis = "[OPTION...] FILE|URL|- [SELECTOR...]",
    .text =
        "A selector is NAME, NAME{LABEL=VALUE,...} or {LABEL=VALUE,...}, also with != and with =~\n"
        "and !~ for extended regular expressions, which must match the whole value. Values may be\n"
        "in quotes, and must be where they contain , or }. A label that is not there is empty.\n"
        "Without a selector all series are printed. Each line is a series, a space and its value.\n"
        "A histogram's or summary's series end in _count, _sum and the like, also in selectors.\n"
        "\n"
        "Exit status: 0 each selector matched a series, 1 one did not, 2 trouble.",
    .options = "vftmuHC",
    .needed = {"a file or URL"},
    .max_places = SIZE_MAX,
    .run = get,
};
