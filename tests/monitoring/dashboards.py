# SPDX-License-Identifier: Apache-2.0
# Reads Grafana dashboards, and checks them as far as that can be done without Grafana: by what its
# documentation says of the classic JSON model, and by what its grid and its variables need.

import json
import re
import sys

GRID_WIDTH = 24
MAX_UID = 40

# What a dashboard, a panel and a target may say here. A key that is misspelled says nothing in
# Grafana, so one that nobody has used yet is put here on purpose.
DASHBOARD_KEYS = {"uid", "title", "description", "tags", "schemaVersion", "editable", "graphTooltip",
                  "refresh", "timezone", "time", "templating", "panels"}
PANEL_KEYS = {"id", "type", "title", "description", "datasource", "gridPos", "targets",
              "fieldConfig", "options", "transformations"}
ROW_KEYS = {"id", "type", "title", "collapsed", "gridPos", "panels"}
TARGET_KEYS = {"refId", "datasource", "editorMode", "expr", "legendFormat", "range", "instant",
               "format"}
PANEL_TYPES = {"timeseries", "stat", "table", "state-timeline"}

# From Grafana's packages/grafana-data/src/valueFormats/categories.ts: those of Prometheus's base
# units, of their rates and of what is counted.
UNITS = {"none", "short", "percent", "percentunit", "s", "ms", "µs", "ns", "m", "h", "d", "bytes",
         "bits", "Bps", "bps", "cps", "ops", "reqps", "rps", "wps", "pps", "hertz", "celsius",
         "kelvin", "volt", "amp", "joule", "watt", "massg", "lengthm", "velocityms", "pressurepa"}

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
BUILT_IN = {"__rate_interval", "__interval", "__range", "__all"}
VARIABLE = re.compile(r"\$(\w+)|\$\{(\w+)[^}]*\}|\[\[(\w+)[^\]]*\]\]")


class Fault(Exception):
    """What is wrong with a dashboard, as a sentence."""


def require(holds, sentence):
    if not holds:
        raise Fault(sentence)


def without_twins(pairs):
    """An object whose keys are all different; json itself would take the last of them."""
    keys = [key for key, _ in pairs]
    require(len(keys) == len(set(keys)), f"a key stands twice: {keys}")
    return dict(pairs)


def load(path):
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=without_twins)
    except (ValueError, Fault) as error:
        sys.exit(f"{path.name}: {error}")


def panels_of(dashboard):
    """All but rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions_of(dashboard):
    """Each expression, with the title of its panel."""
    return [(panel["title"], target["expr"])
            for panel in panels_of(dashboard) for target in panel["targets"]]


def variables_of(dashboard):
    return {variable["name"]: variable for variable in dashboard["templating"]["list"]}


def used_variables(text):
    return {next(name for name in names if name) for names in VARIABLE.findall(text)}


# ---- the grid ------------------------------------------------------------------------------------

def check_place(title, place):
    require(set(place) == {"x", "y", "w", "h"}, f"{title}: gridPos has {sorted(place)}")
    require(all(isinstance(value, int) and value >= 0 for value in place.values()),
            f"{title}: gridPos is no whole number")
    require(place["w"] >= 1 and place["h"] >= 1, f"{title}: it has no size")
    require(place["x"] + place["w"] <= GRID_WIDTH, f"{title}: it leaves the grid of 24 columns")


def check_grid(panels):
    taken = {}
    for panel in panels:
        title, place = panel["title"], panel["gridPos"]
        check_place(title, place)
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                require((x, y) not in taken, f"{title}: it overlaps {taken.get((x, y))}")
                taken[x, y] = title


# ---- panels --------------------------------------------------------------------------------------

def check_target(title, target, kind):
    require(set(target) <= TARGET_KEYS, f"{title}: a target has {sorted(set(target) - TARGET_KEYS)}")
    require(target.get("datasource") == SOURCE, f"{title}: a target's data source is no variable")
    require(target.get("expr", "").strip() != "", f"{title}: a target has no expression")
    if kind == "table":
        require(target.get("format") == "table" and target.get("instant") is True,
                f"{title}: a table is asked for at one time")
    else:
        require(target.get("range") is True and "legendFormat" in target,
                f"{title}: a target has no range or no legend")


def check_panel(panel):
    title = panel["title"]
    require(panel["type"] in PANEL_TYPES, f"{title}: type {panel['type']}")
    require(set(panel) <= PANEL_KEYS, f"{title}: it has {sorted(set(panel) - PANEL_KEYS)}")
    require(panel.get("datasource") == SOURCE, f"{title}: its data source is no variable")
    targets = panel["targets"]
    letters = [target.get("refId") for target in targets]
    require(letters and len(set(letters)) == len(letters), f"{title}: refIds are {letters}")
    for target in targets:
        check_target(title, target, panel["type"])
    if panel["type"] in ("timeseries", "stat"):
        unit = panel["fieldConfig"]["defaults"].get("unit")
        require(unit in UNITS, f"{title}: Grafana has no unit {unit}")
        require(isinstance(panel["fieldConfig"]["overrides"], list) and panel.get("options"),
                f"{title}: it has no overrides or options")


def check_panels(panels):
    ids = [panel.get("id") for panel in panels]
    require(all(isinstance(number, int) and number > 0 for number in ids), f"ids are {ids}")
    require(len(set(ids)) == len(ids), f"two panels have the same id: {ids}")
    for panel in panels:
        require(panel.get("title"), f"panel {panel['id']} has no title")
        if panel["type"] == "row":
            require(set(panel) == ROW_KEYS and panel["panels"] == [] and not panel["collapsed"],
                    f"{panel['title']}: a row that is open holds no panels")
        else:
            check_panel(panel)


# ---- the whole -----------------------------------------------------------------------------------

def check_variables(dashboard):
    variables = variables_of(dashboard)
    require(len(variables) == len(dashboard["templating"]["list"]), "two variables have one name")
    source = variables.get("datasource", {})
    require(source.get("type") == "datasource" and source.get("query") == "prometheus",
            "no variable chooses the data source")
    used = {"datasource"}
    texts = [expression for _, expression in expressions_of(dashboard)]
    for variable in variables.values():
        if variable["type"] == "query":
            require(variable.get("datasource") == SOURCE and
                    variable["query"]["query"] == variable["definition"],
                    f"variable {variable['name']}: its data source or its definition")
            texts.append(variable["definition"])
    for text in texts:
        require("[[" not in text, f"an old form of a variable: {text}")
        used |= used_variables(text) - BUILT_IN
    require(used <= set(variables), f"no such variable: {sorted(used - set(variables))}")
    require(used >= set(variables), f"nobody uses: {sorted(set(variables) - used)}")


def check_head(dashboard):
    unknown = set(dashboard) - DASHBOARD_KEYS
    require(not unknown, f"the dashboard has {sorted(unknown)}")
    require(isinstance(dashboard.get("title"), str) and dashboard["title"], "it has no title")
    require(re.fullmatch(r"[A-Za-z0-9_-]{1,%d}" % MAX_UID, dashboard.get("uid", "")),
            f"Grafana takes no such uid: {dashboard.get('uid')}")
    require(isinstance(dashboard.get("schemaVersion"), int) and dashboard["schemaVersion"] >= 36,
            "schemaVersion is missing or that of an old Grafana")
    require(set(dashboard.get("time", {})) == {"from", "to"}, "it has no range of time")


def check(path):
    """Ends the program with what is wrong; returns the dashboard."""
    dashboard = load(path)
    try:
        check_head(dashboard)
        check_panels(dashboard["panels"])
        check_grid(dashboard["panels"])
        check_variables(dashboard)
    except (Fault, KeyError, TypeError, AttributeError) as fault:
        sys.exit(f"{path.name}: {type(fault).__name__}: {fault}")
    return dashboard
