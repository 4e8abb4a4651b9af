# SPDX-License-Identifier: Apache-2.0
# The landing page in a browser: what it shows, and how people use it.

from webdriver import Wrong


def expect(what, seen, wanted):
    if seen != wanted:
        raise Wrong(f"{what}: {seen!r}, not {wanted!r}")


def open_page(browser, url):
    browser.open(url)
    browser.wait_for("the page shows families",
                     "return document.querySelector('#families tbody') !== null")


def shown_families(browser):
    return browser.run("""
        const text = (body, selector) => body.querySelector(selector).textContent.trim();
        return [...document.querySelectorAll('#families > tbody')].map((body) => ({
            name: text(body, '.name'), type: text(body, '.type'), help: text(body, '.help'),
            now: text(body, '.now').replace(/\\s+/g, ' '), rate: text(body, '.rate')}));""")


def shown_of(browser, name):
    found = [family for family in shown_families(browser) if family["name"] == name]
    if len(found) != 1:
        raise Wrong(f"{name} is shown {len(found)} times")
    return found[0]


ROW = """
    const body = [...document.querySelectorAll('#families > tbody')]
        .find((one) => one.querySelector('.name').textContent === arguments[0]);
"""


def click(browser, name):
    """Clicks on the button of a family."""
    browser.run(ROW + "body.querySelector('button.open').click();", name)


def shown_series(browser, name):
    """The cells of an opened family, but the rates."""
    return browser.run(ROW + """
        return [...body.querySelectorAll('.series tbody tr')].map((row) =>
            [...row.children].filter((cell) => !cell.classList.contains('rate'))
                .map((cell) => cell.textContent.replace(/ +/g, ' ').trim()));""", name)


def search(browser, text):
    """From wherever the focus is; Escape takes away what was searched for, and a "/" with it."""
    browser.press("/")
    browser.press("Escape")
    browser.type(text)


FOCUS = """
    const one = document.activeElement;
    return {id: one.id, text: one.textContent, open: one.getAttribute('aria-expanded'),
        isOutlined: getComputedStyle(one).outlineStyle === 'solid' &&
            parseFloat(getComputedStyle(one).outlineWidth) >= 2};
"""


def check_focus(browser, what, **wanted):
    focus = browser.run(FOCUS)
    expect(what, {name: focus[name] for name in wanted}, wanted)
    if not focus["isOutlined"]:
        raise Wrong(f"{what}: the focus cannot be seen")


def said(browser, element, wanted):
    browser.wait_for(f"the page says: {wanted}", """
        const element = document.getElementById(arguments[0]);
        return !element.hidden && element.textContent.includes(arguments[1]);""", element, wanted)
