/* SPDX-License-Identifier: Apache-2.0 */
/* Which route a path takes, and what templates are refused. */
#include "instrument/microhttpd_routes.h"
#include "support/expect.h"

#include <promlet/microhttpd.h>

static const char *route_of(const char *route, const char *path)
{
    const char *list[] = {route};
    return pml_microhttpd_route_of_path(&(pml_microhttpd_routes){list, 1}, path);
}

static void template_fits_what_it_should_and_nothing_else(void **state)
{
    static const struct {
        const char *route;
        const char *path;
        bool is_fitting;
    } cases[] = {
        {"/", "/", true},
        {"/", "/a", false},
        {"/", "", false},
        {"/", "*", false},
        {"/", NULL, false},
        {"/users", "/users", true},
        {"/users", "/users/", false},
        {"/users", "/user", false},
        {"/users", "/users2", false},
        {"/users", "users", false},
        {"/users/", "/users/", true},
        {"/users/", "/users", false},
        {"/users/{id}", "/users/7", true},
        {"/users/{id}", "/users/7.json", true},
        {"/users/{id}", "/users/{id}", true},
        {"/users/{id}", "/users/", false},
        {"/users/{id}", "/users", false},
        {"/users/{id}", "/users/7/", false},
        {"/users/{id}", "/users/7/8", false},
        {"/users/{id}", "/other/7", false},
        {"/users/{id}/", "/users/7/", true},
        {"/users/{id}/name", "/users/7/name", true},
        {"/users/{id}/name", "/users/7/names", false},
        {"/users/{id}/name", "/users//name", false},
        {"/{a}/{b}", "/1/2", true},
        {"/{a}/{b}", "/1/2/3", false},
        {"/{a}/{b}", "/1", false},
        {"/files/{path...}", "/files/", true},
        {"/files/{path...}", "/files/a", true},
        {"/files/{path...}", "/files/a/b/", true},
        {"/files/{path...}", "/files", false},
        {"/files/{path...}", "/file/a", false},
        {"/{path...}", "/", true},
        {"/{path...}", "/a/b", true},
        {"/{path...}", "*", false},
        {"/{a}/{path...}", "//b", false},
        {"by hand", "by hand", false},
        {"by hand", "/by hand", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_null(pml_microhttpd_route_fault(cases[i].route));
        const char *found = route_of(cases[i].route, cases[i].path);
        const char *expected = cases[i].is_fitting ? cases[i].route : "other";
        if (strcmp(found, expected) != 0) {
            fail_msg("\"%s\" is given to \"%s\"", cases[i].path, found);
        }
    }
}

static void first_route_that_fits_is_taken(void **state)
{
    static const char *list[] = {"/users/me", "/users/{id}", "/{path...}"};
    const pml_microhttpd_routes routes = {list, COUNT_OF(list)};
    (void)state;
    assert_string_equal(pml_microhttpd_route_of_path(&routes, "/users/me"), "/users/me");
    assert_string_equal(pml_microhttpd_route_of_path(&routes, "/users/you"), "/users/{id}");
    assert_string_equal(pml_microhttpd_route_of_path(&routes, "/users"), "/{path...}");
    assert_string_equal(pml_microhttpd_route_of_path(&routes, "*"), "other");
}

static void route_is_found_by_its_name_whatever_it_is(void **state)
{
    static const char *list[] = {"/users/{id}", "by hand"};
    const pml_microhttpd_routes routes = {list, COUNT_OF(list)};
    (void)state;
    assert_string_equal(pml_microhttpd_route_named(&routes, "by hand"), "by hand");
    assert_string_equal(pml_microhttpd_route_named(&routes, "/users/{id}"), "/users/{id}");
    assert_string_equal(pml_microhttpd_route_named(&routes, "/users/7"), "other");
    assert_string_equal(pml_microhttpd_route_named(&routes, ""), "other");
    assert_string_equal(pml_microhttpd_route_named(&routes, NULL), "other");
}

static enum MHD_Result never_called(void *ctx, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *upload,
                                    size_t *upload_size, void **state)
{
    (void)ctx;
    (void)connection;
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_size;
    (void)state;
    return MHD_NO;
}

static void wrong_template_is_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *route;
        const char *sentence;
    } cases[] = {
        {NULL, "route \"\": must not be empty"},
        {"", "route \"\": must not be empty"},
        {"/{}", "route \"/{}\": a parameter must have a name"},
        {"/{...}", "route \"/{...}\": a parameter must have a name"},
        {"/a{id}", "route \"/a{id}\": braces must enclose a whole part of the path"},
        {"/{id}.json", "route \"/{id}.json\": braces must enclose a whole part of the path"},
        {"/{id", "route \"/{id\": braces must enclose a whole part of the path"},
        {"/id}", "route \"/id}\": braces must enclose a whole part of the path"},
        {"/}id{", "route \"/}id{\": braces must enclose a whole part of the path"},
        {"/{a}{b}", "route \"/{a}{b}\": braces must enclose a whole part of the path"},
        {"/{a/b}", "route \"/{a/b}\": braces must enclose a whole part of the path"},
        {"/{path...}/a", "route \"/{path...}/a\": nothing may follow {name...}"},
        {"/{path...}/", "route \"/{path...}/\": nothing may follow {name...}"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *routes[] = {"/good", cases[i].route};
        const promlet_microhttpd_opts options = {
            .handler = never_called, .routes = routes, .route_count = 2};
        assert_null(promlet_microhttpd_new(NULL, &options));
        assert_string_equal(promlet_last_error(), cases[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(template_fits_what_it_should_and_nothing_else),
        cmocka_unit_test(first_route_that_fits_is_taken),
        cmocka_unit_test(route_is_found_by_its_name_whatever_it_is),
        cmocka_unit_test(wrong_template_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
