// SPDX-License-Identifier: Apache-2.0
// A family in the table: its row, and, once it is opened, a second row with all of its series.
'use strict';

const SERIES_A_PAGE = 100;

const changed = new Set();

// Puts children into an element, unless they are there already. Says whether something changed.
function fill(element, children) {
    const fresh = element.cloneNode(false);
    fresh.append(...children.flatMap((child) => [child, ' ']).slice(0, -1));
    if (element.isEqualNode(fresh)) {
        return false;
    }
    element.replaceChildren(...fresh.childNodes);
    return true;
}

// Like fill(), and lets people see it until the next document.
function fillAloud(element, children) {
    const wasEmpty = !element.hasChildNodes();
    if (fill(element, children) && !wasEmpty) {
        element.classList.add('changed');
        changed.add(element);
    }
}

function forgetChanges() {
    for (const element of changed) {
        element.classList.remove('changed');
    }
    changed.clear();
}

function cell(name, label) {
    return make('td', {role: 'cell', class: name, 'data-label': label});
}

function showNow({now, note}) {
    return [make('div', {class: 'line'}, ...now), make('div', {class: 'note'}, note)]
        .filter((line) => line.hasChildNodes() && line.textContent !== '');
}

function showRate(rate, family) {
    const unit = family.type === 'counter' ? unitOf(family) : '';
    return rate === undefined ? [] : [formatRate(rate, unit)];
}

// Labels of a family: names, of those in which its series differ, and common, those of all.
function sortLabels(family) {
    const [{labels: first}, ...others] = family.series.values();
    const common = new Map(others.length > 0 ? first : []);
    const names = new Set(first.map(([name]) => name));
    for (const {labels} of others) {
        const values = new Map(labels);
        labels.forEach(([name]) => names.add(name));
        common.forEach((value, name) => values.get(name) === value || common.delete(name));
    }
    return {names: [...names].filter((name) => !common.has(name)), common: [...common]};
}

// Whether there is more to see than the row of the family shows.
function hasMore(family) {
    const [first] = family.series.values();
    if (family.series.size !== 1) {
        return family.series.size > 1;
    }
    return (first.labels.length > 0 && family.type !== 'info') || hasBars(first.distribution);
}

// Elements that stay where they are keep the focus and what is selected in them.
function replaceOnlyIfOthers(parent, children) {
    const there = parent.children;
    if (there.length !== children.length || children.some((child, i) => child !== there[i])) {
        parent.replaceChildren(...children);
    }
}

// The table of a family's series.
class SeriesTable {
    // wantsMore is called when a person asks for more series.
    constructor(name, names, wantsMore) {
        this.names = names;
        this.limit = SERIES_A_PAGE;
        this.rows = new Map();
        this.body = make('tbody', {role: 'rowgroup'});
        const head = make('tr', {role: 'row'});
        const add = (text, name) => head.append(
            make('th', {role: 'columnheader', scope: 'col', class: name}, text));
        names.forEach((name) => add(name, 'label'));
        add('Now', 'now');
        add('Per second', 'rate');
        this.more = make('button', {type: 'button', class: 'more'});
        this.more.addEventListener('click', () => {
            this.limit += SERIES_A_PAGE;
            wantsMore();
        });
        this.common = make('p', {});
        this.element = make('div', {class: 'scrolled'}, this.common,
            make('table', {role: 'table', class: 'series', 'aria-label': `Series of ${name}`},
                make('thead', {role: 'rowgroup'}, head), this.body), this.more);
    }

    rowOf(key, labels) {
        let row = this.rows.get(key);
        if (row === undefined) {
            row = make('tr', {role: 'row'});
            const values = new Map(labels);
            for (const name of this.names) {
                const value = cell('label', name);
                value.append(values.has(name) ? values.get(name) || '""' : '');
                row.append(value);
            }
            row.append(cell('now', ''), cell('rate', 'per second'));
            this.rows.set(key, row);
        }
        return row;
    }

    // entries: [[key, series], ...], those that are searched for.
    update(family, entries, earlier, seconds) {
        const rows = [];
        for (const [key, series] of entries.slice(0, this.limit)) {
            const row = this.rowOf(key, series.labels);
            rows.push([key, row]);
            fillAloud(row.children[this.names.length], showNow(showSeries([series], family)));
            fill(row.lastChild, showRate(rateOf(key, series, earlier, seconds), family));
        }
        this.rows = new Map(rows);
        replaceOnlyIfOthers(this.body, [...this.rows.values()]);
        const left = entries.length - rows.length;
        this.more.hidden = left === 0;
        this.more.textContent = `Show ${Math.min(left, SERIES_A_PAGE)} more of ` +
            formatCount(left, 'series', 'series');
    }
}

class FamilyRow {
    // toggled is called when a person has opened or closed it, or asks for more series.
    constructor(name, number, toggled) {
        this.isOpen = false;
        this.button = make('button', {type: 'button', class: 'open', 'aria-expanded': 'false',
            'aria-controls': `series-${number}`});
        this.help = make('p', {class: 'help'});
        this.name = make('span', {class: 'name'}, name);
        this.head = make('th', {role: 'rowheader', scope: 'row'}, this.name, this.help);
        this.type = cell('type', '');
        this.now = cell('now', '');
        this.rate = cell('rate', 'per second');
        this.chart = make('div', {});
        this.detail = make('td', {role: 'cell', colspan: 4});
        this.detailRow = make('tr', {role: 'row', class: 'detail', id: `series-${number}`,
            hidden: ''}, this.detail);
        this.element = make('tbody', {role: 'rowgroup', class: 'family'},
            make('tr', {role: 'row'}, this.head, this.type, this.now, this.rate), this.detailRow);
        this.toggled = toggled;
        this.button.addEventListener('click', () => {
            this.isOpen = !this.isOpen;
            toggled();
        });
    }

    // matching: the entries of the series that are searched for; all of them if nothing is.
    update(family, matching, earlier, seconds) {
        const count = family.series.size;
        this.makeButton(hasMore(family));
        fill(this.help, [family.help]);
        fill(this.type, [family.type]);
        const shown = showSeries([...family.series.values()], family);
        if (count > 1) {
            const found = matching.length < count ? `${formatNumber(matching.length)} of ` : '';
            shown.note += `${shown.note && ', '}${found}${formatNumber(count)} series`;
        }
        fillAloud(this.now, showNow(shown));
        fill(this.rate, showRate(rateOfFamily(family, earlier, seconds), family));
        this.updateDetail(family, matching, earlier, seconds);
    }

    // A family that shows all it has in its row needs no button.
    makeButton(isWanted) {
        const isThere = this.head.contains(this.button);
        if (isWanted && !isThere) {
            this.name.replaceWith(this.button);
            this.button.append(this.name);
        } else if (!isWanted && isThere) {
            this.button.replaceWith(this.name);
        }
        this.isOpen = this.isOpen && isWanted;
    }

    updateDetail(family, matching, earlier, seconds) {
        this.button.setAttribute('aria-expanded', String(this.isOpen));
        this.detailRow.hidden = !this.isOpen;
        if (!this.isOpen) {
            this.table = undefined;
            this.detail.replaceChildren();
            return;
        }
        const {names, common} = sortLabels(family);
        if (this.table === undefined || String(this.table.names) !== String(names)) {
            this.table = new SeriesTable(family.name, names, this.toggled);
            this.detail.replaceChildren(this.chart, this.table.element);
        }
        this.table.element.hidden = names.length === 0 && family.series.size === 1;
        fill(this.table.common, common.length > 0 ? ['All have ', labelList(common)] : []);
        this.table.update(family, matching, earlier, seconds);
        this.updateChart(family);
    }

    updateChart(family) {
        if (/histogram$/.test(family.type)) {
            const distribution = mergeDistributions(
                [...family.series.values()].map((series) => series.distribution));
            fill(this.chart, hasBars(distribution) ? [makeChart(distribution, family)] : []);
        }
    }
}
