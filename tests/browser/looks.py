# SPDX-License-Identifier: Apache-2.0
# How the landing page looks: in the dark, in a narrow window, to a screen reader.

import base64

from page import click, expect, open_page
from webdriver import Wrong


# The least contrast of a text with the page behind it.
CONTRAST = """
    const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
        .map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = light(getComputedStyle(document.documentElement).backgroundColor);
    const ratios = [...document.querySelectorAll('body *')]
        .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 &&
            node.data.trim() !== '') && one.checkVisibility() && one.namespaceURI.endsWith('xhtml'))
        .map((one) => [light(getComputedStyle(one).color), one])
        .map(([text, one]) => [(Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05),
            one.tagName + '.' + one.className]);
    return ratios.reduce((least, one) => one[0] < least[0] ? one : least);
"""


def check_contrast(browser, theme):
    browser.prefer(prefers_color_scheme=theme)
    browser.run("""document.getAnimations().forEach((one) => one.finish());""")
    ratio, where = browser.run(CONTRAST)
    if ratio < 4.5:
        raise Wrong(f"in the {theme} theme the contrast of {where} is {ratio:.1f}, not 4.5")
    behind = browser.run("return getComputedStyle(document.documentElement).backgroundColor")
    return behind


def check_themes(browser, service):
    open_page(browser, service.urls["page"])
    browser.run("document.querySelectorAll('button.open').forEach((one) => one.click());")
    if check_contrast(browser, "light") == check_contrast(browser, "dark"):
        raise Wrong("light and dark are the same")
    browser.prefer(prefers_reduced_motion="reduce")
    expect("transitions of those who don't want them", browser.run("""
        const style = getComputedStyle(document.querySelector('.open'), '::before');
        return style.transitionDuration;"""), "0s")
    browser.prefer()


def roles(browser):
    """How often each role is in what a screen reader is told."""
    nodes = browser.devtools("Accessibility.getFullAXTree")["nodes"]
    found = [node["role"]["value"] for node in nodes if not node["ignored"]]
    return {role: found.count(role) for role in ("table", "row", "rowheader", "columnheader",
                                                 "cell")}


def check_narrow(browser, service):
    """All families are open, in windows of 360 pixels and of 1280."""
    seen = {}
    for width in (1280, 360):
        browser.resize(width, 800)
        open_page(browser, service.urls["page"])
        browser.run("document.querySelectorAll('button.open').forEach((one) => one.click());")
        wide, room = browser.run("""const page = document.documentElement;
                                    return [page.scrollWidth, page.clientWidth];""")
        if wide > room:
            raise Wrong(f"in a window of {width} pixels the page needs {wide}, but has {room}")
        seen[width] = roles(browser)
    expect("the roles in a narrow window", seen[360], seen[1280])
    families = browser.run("return document.querySelectorAll('#families > tbody').length")
    if seen[1280]["rowheader"] != families or seen[1280]["table"] < 2:
        raise Wrong(f"the table has other roles: {seen[1280]}")
    browser.resize(1280, 900)


def take_screenshots(browser, url, folder):
    for width in (1280, 360):
        for theme in ("light", "dark"):
            browser.resize(width, 900)
            browser.prefer(prefers_color_scheme=theme)
            open_page(browser, url)
            for name in ("job_duration_seconds", "wait_seconds", "requests_total", "hostile",
                         "reply_size_bytes"):
                click(browser, name)
            browser.run("document.activeElement.blur(); window.scrollTo(0, 0);")
            picture = base64.b64decode(browser.screenshot())
            (folder / f"{width}-{theme}.png").write_bytes(picture)
    browser.prefer()
    browser.resize(1280, 900)
