/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /proc/self/mountinfo says where hierarchies are mounted, and /proc/self/cgroup where the process
 * is in each. The former is long on some machines and does not change, so it is read once; the
 * latter at each scrape, because a process can be moved.
 */
#include "collect/process_cgroup.h"

#include <stdio.h>
#include <string.h>

/* As /proc/self/cgroup and the options of a mount name them. */
static const char *const controllers[PML_CGROUP_HIERARCHIES] = {
    [PML_CGROUP_V2] = "",
    [PML_CGROUP_CPU] = "cpu",
    [PML_CGROUP_MEMORY] = "memory",
    [PML_CGROUP_PIDS] = "pids",
};

/* Whether a word is in a list with commas. */
static bool is_listed(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = list; *at != '\0'; at += *at == ',') {
        size_t item_size = strcspn(at, ",");
        if (item_size == size && memcmp(at, word, size) == 0) {
            return true;
        }
        at += item_size;
    }
    return false;
}

/* ---- mounts ---------------------------------------------------------------------------------- */

/* Fields of a line of mountinfo, as proc(5) counts them, and those behind the hyphen. */
enum { ROOT = 3, POINT = 4, FIRST_OPTIONAL = 6 };
enum { TYPE = 1, SUPER_OPTIONS = 3 };

typedef struct learner {
    pml_cgroup *cgroup;
    pml_arena *arena;
    bool has_memory;
} learner;

/* The kernel writes blanks, line ends and backslashes of a path as three octal digits. */
static void decode(char *path)
{
    char *to = path;
    for (const char *at = path; *at != '\0'; at++) {
        bool is_code = at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' &&
                       at[2] <= '7' && at[3] >= '0' && at[3] <= '7';
        if (is_code) {
            *to++ = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
            at += 3;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
}

static void keep_mount(learner *self, pml_cgroup_hierarchy hierarchy, char *root, char *point)
{
    pml_cgroup_mount *mount = &self->cgroup->mounts[hierarchy];
    if (mount->root != NULL) { /* the first is the usual place */
        return;
    }
    mount->root = pml_arena_copy(self->arena, root, strlen(root));
    mount->point = pml_arena_copy(self->arena, point, strlen(point));
    self->has_memory &= mount->root != NULL && mount->point != NULL;
}

/* Splits a line at its blanks; how many words there are, up to a number. */
static size_t split(char *line, char **words, size_t most)
{
    size_t count = 0;
    char *rest = line;
    char *word = strtok_r(line, " ", &rest);
    while (word != NULL && count < most) {
        words[count++] = word;
        word = strtok_r(NULL, " ", &rest);
    }
    return count;
}

static void take_mount(char *line, void *ctx)
{
    learner *self = ctx;
    char *words[64]; /* many more than the optional fields that there are */
    size_t count = split(line, words, sizeof words / sizeof words[0]);
    size_t hyphen = FIRST_OPTIONAL;
    while (hyphen < count && strcmp(words[hyphen], "-") != 0) {
        hyphen++;
    }
    if (hyphen + SUPER_OPTIONS >= count) {
        return;
    }
    const char *type = words[hyphen + TYPE];
    bool is_v1 = strcmp(type, "cgroup") == 0;
    if (!is_v1 && strcmp(type, "cgroup2") != 0) {
        return;
    }
    decode(words[ROOT]);
    decode(words[POINT]);
    if (!is_v1) {
        keep_mount(self, PML_CGROUP_V2, words[ROOT], words[POINT]);
        return;
    }
    for (int i = PML_CGROUP_CPU; i < PML_CGROUP_HIERARCHIES; i++) {
        if (is_listed(words[hyphen + SUPER_OPTIONS], controllers[i])) {
            keep_mount(self, (pml_cgroup_hierarchy)i, words[ROOT], words[POINT]);
        }
    }
}

bool pml_cgroup_learn(pml_cgroup *cgroup, pml_arena *arena)
{
    learner self = {cgroup, arena, true};
    (void)pml_proc_read("self/mountinfo", take_mount, &self);
    return self.has_memory;
}

/* ---- places ---------------------------------------------------------------------------------- */

typedef struct searched {
    const char *controller; /* "": v2 */
    const pml_cgroup_mount *mount;
    pml_cgroup_place *place;
    bool is_found;
} searched;

/* Whether a path begins with whole folders. */
static bool begins_with(const char *path, const char *folders)
{
    size_t size = strlen(folders);
    return strncmp(path, folders, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* What of a path is below a root; NULL if it is elsewhere. The kernel begins the path of a process
   that is not below the root of its namespace with "/..". */
static const char *below(const char *root, const char *path)
{
    const char *folders = strcmp(root, "/") == 0 ? "" : root;
    const char *rest = begins_with(path, folders) ? path + strlen(folders) : NULL;
    return rest != NULL && !begins_with(rest, "/..") ? rest : NULL;
}

/* number:controllers:path, where v2 has none. */
static void take_membership(char *line, void *ctx)
{
    searched *self = ctx;
    char *list = strchr(line, ':');
    char *path = list != NULL ? strchr(list + 1, ':') : NULL;
    if (path == NULL || self->is_found) {
        return;
    }
    *path++ = '\0';
    list++;
    bool is_wanted =
        self->controller[0] == '\0' ? *list == '\0' : is_listed(list, self->controller);
    const char *rest = is_wanted ? below(self->mount->root, path) : NULL;
    if (rest == NULL) {
        return;
    }
    pml_cgroup_place *place = self->place;
    int size = snprintf(place->folder, sizeof place->folder, "%s%s", self->mount->point,
                        strcmp(rest, "/") == 0 ? "" : rest);
    place->top_size = strlen(self->mount->point);
    self->is_found = size > 0 && (size_t)size < sizeof place->folder;
}

static bool find_in(const pml_cgroup *cgroup, pml_cgroup_hierarchy hierarchy,
                    pml_cgroup_place *place)
{
    const pml_cgroup_mount *mount = &cgroup->mounts[hierarchy];
    searched self = {controllers[hierarchy], mount, place, false};
    place->is_v2 = hierarchy == PML_CGROUP_V2;
    return mount->root != NULL && pml_proc_read("self/cgroup", take_membership, &self) &&
           self.is_found;
}

bool pml_cgroup_find(const pml_cgroup *cgroup, pml_cgroup_hierarchy controller,
                     pml_cgroup_place *place)
{
    return find_in(cgroup, controller, place) || find_in(cgroup, PML_CGROUP_V2, place);
}

bool pml_cgroup_go_up(pml_cgroup_place *place)
{
    char *last = strrchr(place->folder, '/');
    if (last == NULL || strlen(place->folder) <= place->top_size) {
        return false;
    }
    *last = '\0';
    return true;
}

bool pml_cgroup_read(const pml_cgroup_place *place, const char *name, pml_line_fn take, void *ctx)
{
    char path[PML_PATH_SIZE];
    int size = snprintf(path, sizeof path, "%s/%s", place->folder, name);
    return size > 0 && (size_t)size < sizeof path && pml_file_read(path, take, ctx);
}
