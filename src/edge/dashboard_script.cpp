#include "edge/dashboard_parts.h"

namespace gatehouse::edge {

// Everything that comes from the API becomes text by textContent, never markup.
const std::string_view kDashboardScript = R"js(
'use strict';
const kPause = 2000, kPoints = 60, kPerPage = 50;
const byId = id => document.getElementById(id);
const make = (tag, text, kind) => {
  const element = document.createElement(tag);
  if (text !== undefined && text !== null) element.textContent = text;
  if (kind) element.className = kind;
  return element;
};
const add = (parent, ...children) => { parent.append(...children); return parent; };
const ask = async path => {
  const response = await fetch('../api/' + path, {headers: {Accept: 'application/json'}});
  if (!response.ok) throw new Error(path + ': ' + response.status);
  return [await response.json(), Number(response.headers.get('X-Next-Page') || 1)];
};

// --- numbers

const short = value => {
  if (value >= 1e9) return (value / 1e9).toFixed(1) + ' G';
  if (value >= 1e6) return (value / 1e6).toFixed(1) + ' M';
  if (value >= 1e4) return (value / 1e3).toFixed(1) + ' k';
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
};
const time = seconds => seconds === null ? '–' : seconds < 1 ? short(seconds * 1000) + ' ms' : short(seconds) + ' s';
// Between two looks at counters; those of an edge that began anew are no less than nothing.
const rise = (now, before, key) => Math.max(0, (now && now[key] || 0) - (before && before[key] || 0));
const rises = (now, before, key) => (now && now[key] || []).map((n, i) => {
  return Math.max(0, n - (before && before[key] && before[key][i] || 0));
});
const quantile = (counts, bounds, part) => {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (!total) return null;
  let seen = 0;
  for (let i = 0; i < counts.length; ++i) {
    if (seen + counts[i] >= total * part) {
      const low = i ? bounds[i - 1] : 0;
      return i < bounds.length ? low + (bounds[i] - low) * (total * part - seen) / counts[i] : low;
    }
    seen += counts[i];
  }
  return null;
};

// --- traffic

let last = null, looked = 0, span = 1, points = [];
const live = {entryPoints: {}, routers: {}, services: {}};
const measure = traffic => {
  const now = performance.now();
  const before = last || traffic;
  span = last ? Math.max(0.5, (now - looked) / 1000) : 1;
  for (const kind of Object.keys(live)) {
    live[kind] = {};
    for (const [name, value] of Object.entries(traffic[kind])) {
      const old = before[kind][name];
      const classes = rises(value, old, 'classes').map(n => n / span);
      const buckets = rises(value, old, 'buckets');
      live[kind][name] = {
        total: value.requests, open: value.open || 0, classes,
        rate: rise(value, old, 'requests') / span,
        bytesIn: rise(value, old, 'bytesIn') / span, bytesOut: rise(value, old, 'bytesOut') / span,
        p50: quantile(buckets, traffic.bounds, .5), p99: quantile(buckets, traffic.bounds, .99), buckets,
      };
    }
  }
  const sum = [0, 0, 0, 0, 0, 0];
  for (const e of Object.values(live.entryPoints)) e.classes.forEach((n, i) => { sum[i] += n; });
  if (last) points = [...points, sum].slice(-kPoints);
  last = traffic;
  looked = now;
};
const faults = rates => {
  if (!rates || !rates.rate) return '';
  const part = (rates.classes[5] / rates.rate) * 100;
  return part ? part.toFixed(part < 10 ? 1 : 0) + ' % 5xx' : '';
};
const rateCells = rates => {
  const cell = make('td', rates ? short(rates.rate) + '/s' : '–', 'n');
  const bad = faults(rates);
  if (bad) add(cell, make('span', bad, 'why'));
  const times = make('td', rates && rates.p50 !== null ? time(rates.p50) + ' · ' + time(rates.p99) : '–', 'n');
  return [cell, times];
};

// --- parts of a page

const card = (title, number, note, state) => {
  const box = make('section');
  return add(box, make('small', title), make('div', number, 'number ' + (state || '')), make('div', note || ' ', 'faint'));
};
const graph = () => {
  const box = make('section');
  const head = add(make('div', null, 'head'), make('h2', 'Requests per second, by status'));
  const legend = make('div', null, 'legend');
  for (const kind of [2, 3, 4, 5]) add(legend, add(make('small'), make('i', null, 'c' + kind), kind + 'xx'));
  const bars = make('div', null, 'graph');
  const top = Math.max(1, ...points.map(p => p.reduce((sum, n) => sum + n, 0)));
  for (let i = 0; i < kPoints; ++i) {
    const point = points[i - kPoints + points.length];
    const column = make('div');
    if (point) {
      column.title = point.map((n, k) => n ? (k || 'other') + 'xx ' + short(n) : '').filter(Boolean).join(', ');
      for (const kind of [5, 4, 3, 2, 1, 0]) {
        if (!point[kind]) continue;
        const part = make('i', null, 'c' + kind);
        part.style.height = Math.max(1, point[kind] / top * 100) + '%';
        add(column, part);
      }
    }
    add(bars, column);
  }
  add(head, legend);
  return add(box, head, bars, add(make('small'), 'the last ' + kPoints * kPause / 60000 + ' minutes; highest ' + short(top) + '/s'));
};
const chips = names => (names || []).map(name => make('span', name, 'chip'));
const reasons = object => (object.error || []).map(text => make('span', text, 'why ' + object.status));
const nameCell = object => {
  const cell = make('td');
  return add(cell, make('span', object.name, 'dot ' + object.status), ...reasons(object));
};
const cellOf = (...children) => add(make('td'), ...children);
const options = object => {
  const {name, provider, status, type, usedBy, using, error, serverStatus, ...rest} = object;
  return add(make('details'), make('summary', 'options'), make('pre', JSON.stringify(rest, null, 1)));
};
const servers = service => Object.entries(service.serverStatus || {}).map(([url, state]) => {
  return add(make('div'), make('span', url, 'dot ' + (state === 'UP' ? '' : 'down')));
});

// Of what a list shows: its heads with what they sort by, and the cells of a row.
const lists = {
  routers: {title: 'HTTP routers', heads: [['Name', 'name'], ['Rule', 'rule'], ['Entry points', 'entryPoints'],
      ['Middlewares'], ['Service', 'service'], ['Priority', 'priority'], ['Rate']],
    row: r => [nameCell(r), cellOf(make('code', r.rule), r.tls ? make('span', ' TLS', 'faint') : ''),
      cellOf(...chips(r.entryPoints)), cellOf(...chips(r.middlewares)), make('td', r.service),
      make('td', r.priorityStr.length > 12 ? 'highest' : r.priorityStr, 'n'),
      rateCells(live.routers[r.name])[0]]},
  services: {title: 'HTTP services', heads: [['Name', 'name'], ['Type', 'type'], ['Servers', 'servers'], ['Used by'],
      ['Rate'], ['p50 · p99']],
    row: s => [nameCell(s), make('td', s.type || '–'), cellOf(...servers(s)), cellOf(...chips(s.usedBy)),
      ...rateCells(live.services[s.name])]},
  middlewares: {title: 'HTTP middlewares', heads: [['Name', 'name'], ['Type', 'type'], ['Used by'], ['']],
    row: m => [nameCell(m), make('td', m.type), cellOf(...chips(m.usedBy)), cellOf(options(m))]},
};
for (const list of Object.values(lists)) Object.assign(list, {items: [], page: 1, next: 1, sortBy: 'name', down: false});

const table = (heads, rows, onSort, sorted) => {
  const body = make('table'), head = make('tr');
  for (const [text, key] of heads) {
    const cell = make('th');
    if (key && onSort) {
      const button = make('button', text + (sorted.sortBy === key ? (sorted.down ? ' ↓' : ' ↑') : ''));
      button.addEventListener('click', () => onSort(key));
      add(cell, button);
    } else {
      cell.textContent = text;
    }
    add(head, cell);
  }
  add(body, head, ...rows.map(cells => add(make('tr'), ...cells)));
  return body;
};
const paged = (kind, list) => {
  const box = make('section');
  const pages = make('span');
  for (const [text, page] of [['‹', list.page - 1], ['›', list.next]]) {
    const button = make('button', text);
    button.disabled = page < 1 || (text === '›' && list.next === 1);
    button.setAttribute('aria-label', text === '‹' ? 'previous page' : 'next page');
    button.addEventListener('click', () => { list.page = page; load(kind); });
    add(pages, button, ' ');
  }
  const head = add(make('div', null, 'head'), make('h2', list.title));
  if (list.page > 1 || list.next > 1) add(head, make('small', 'page ' + list.page), pages);
  const sort = key => {
    list.down = list.sortBy === key && !list.down;
    list.sortBy = key;
    list.page = 1;
    load(kind);
  };
  add(box, head);
  if (!list.items.length) return add(box, make('p', 'none', 'faint'));
  return add(box, table(list.heads, list.items.map(list.row), sort, list));
};
const certificateRow = c => {
  const days = Math.floor((new Date(c.notAfter) - Date.now()) / 86400000);
  const all = Math.max(1, (new Date(c.notAfter) - new Date(c.notBefore)) / 86400000);
  const bar = make('div', null, 'bar ' + c.status), fill = make('i');
  fill.style.width = Math.min(100, Math.max(0, days / all * 100)) + '%';
  const left = make('td', days < 0 ? 'ended ' + -days + ' days ago' : days + ' days', 'n');
  return [cellOf(...chips(c.sans.length ? c.sans : [c.commonName])), make('td', c.issuerOrg || c.issuerCN || '–'),
    make('td', c.keyType + (c.keySize ? ' ' + c.keySize : '')), make('td', c.notAfter.slice(0, 10), 'n'),
    add(left, add(bar, fill))];
};

// --- the page

const state = {entryPoints: [], certificates: [], issues: [], overview: null, failed: ''};
const show = () => {
  const open = document.activeElement;
  if (document.querySelector('details[open]') || (open && open.closest && open.closest('main table'))) return;
  const page = make('div');
  const cards = make('div', null, 'cards');
  const all = Object.values(live.entryPoints);
  const sum = key => all.reduce((total, e) => total + e[key], 0);
  const http = state.overview ? state.overview.http : null;
  const wrong = http ? http.routers.errors + http.services.errors + http.middlewares.errors : 0;
  const rate = sum('rate'), failing = all.reduce((total, e) => total + e.classes[5], 0);
  add(cards, card('Requests', short(rate) + '/s', failing ? short(failing) + '/s end with 5xx' : 'none ends with 5xx'),
    card('Connections', short(sum('open')), 'open now'),
    card('Out', short(sum('bytesOut')) + 'B/s', 'in ' + short(sum('bytesIn')) + 'B/s'),
    card('Routers', http ? short(http.routers.total) : '–', wrong ? wrong + (wrong > 1 ? ' objects are' : ' object is') + ' not served' : 'all are served'));
  const soonest = state.certificates.map(c => new Date(c.notAfter)).sort((a, b) => a - b)[0];
  add(cards, card('Certificates', short(state.certificates.length),
    soonest ? 'the next ends in ' + Math.floor((soonest - Date.now()) / 86400000) + ' days' : 'none'));
  const control = last ? last.control : null;
  if (control) {
    add(cards, card('Control', control.here ? 'here' : 'away', control.engine === undefined ? 'no Docker engine'
      : control.engine ? 'follows the engine' : 'does not reach the engine'));
  }
  add(page, cards, graph());
  const troubled = control && control.certificates ? control.certificates.filter(c => c.stage !== 'served' || c.problem) : [];
  if (state.issues.length || troubled.length) {
    const rows = state.issues.map(i => [make('td', i.object), cellOf(make('span', i.message, 'why'))])
      .concat(troubled.map(c => [make('td', 'certificate ' + c.name + ' of ' + c.source), make('td', c.problem || c.stage)]));
    add(page, add(make('section'), add(make('div', null, 'head'), make('h2', 'What is wrong')), table([['Object'], ['Why']], rows)));
  }
  const doors = state.entryPoints.map(e => {
    const rates = live.entryPoints[e.name];
    return [make('td', e.name), cellOf(make('code', e.address)), make('td', rates ? short(rates.open) : '0', 'n'),
      ...rateCells(rates)];
  });
  add(page, add(make('section'), add(make('div', null, 'head'), make('h2', 'Entry points')),
    table([['Name'], ['Address'], ['Connections'], ['Rate'], ['p50 · p99']], doors)));
  for (const [kind, list] of Object.entries(lists)) add(page, paged(kind, list));
  if (state.certificates.length) {
    add(page, add(make('section'), add(make('div', null, 'head'), make('h2', 'Certificates')),
      table([['Names'], ['Issuer'], ['Key'], ['Ends'], ['Left']], state.certificates.map(certificateRow))));
  }
  byId('page').replaceChildren(page);
};
const tell = error => {
  byId('state').textContent = error ? 'The API does not answer: ' + error.message : '';
  byId('page').className = error ? 'gone' : '';
};
const turns = {};
const load = async kind => {
  const list = lists[kind], mine = turns[kind] = (turns[kind] || 0) + 1;
  const search = encodeURIComponent(byId('search').value);
  const path = 'http/' + kind + '?per_page=' + kPerPage + '&page=' + list.page + '&sortBy=' + list.sortBy +
    '&direction=' + (list.down ? 'desc' : 'asc') + '&search=' + search;
  const [items, next] = await ask(path);
  if (mine !== turns[kind]) return;
  Object.assign(list, {items, next});
  if (document.activeElement) document.activeElement.closest('main table') && document.activeElement.blur();
  show();
};
const loadAll = async () => {
  [[state.entryPoints], [state.overview], [state.issues], [state.certificates]] = await Promise.all(
    ['entrypoints', 'overview', 'gatehouse/issues', 'certificates?per_page=500&sortBy=validUntil'].map(ask));
  await Promise.all(Object.keys(lists).map(load));
};
let round = 0;
const go = async () => {
  try {
    const [traffic] = await ask('gatehouse/traffic');
    measure(traffic);
    if (round++ % 8 === 0) await loadAll();
    show();
    tell();
  } catch (error) {
    tell(error);
  }
  setTimeout(go, document.hidden ? kPause * 5 : kPause);
};
byId('search').addEventListener('input', () => {
  for (const [kind, list] of Object.entries(lists)) { list.page = 1; load(kind).catch(tell); }
});
ask('version').then(([version]) => {
  if (version.dashboardName) { document.title = version.dashboardName; byId('name').textContent = version.dashboardName; }
  byId('version').textContent = version.Version + ', up since ' + new Date(version.startDate).toLocaleString();
}).catch(tell);
go();
)js";

}  // namespace gatehouse::edge
