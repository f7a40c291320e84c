#include "edge/dashboard_page.h"

#include <array>
#include <string_view>

#include <openssl/evp.h>

#include "format/base64.h"

namespace gatehouse::edge {

namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
small, .faint { opacity: .7; }
input { font: inherit; margin-left: auto; padding: .3rem .6rem; min-width: 16rem; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; opacity: .7; }
td, th { border-bottom: 1px solid #8884; padding: .35rem .75rem .35rem 0; vertical-align: top; }
td { overflow-wrap: anywhere; }
.bad { color: #c4321f; }
)css";

// Everything that comes from the API becomes text by textContent, never markup.
constexpr std::string_view kScript = R"js(
'use strict';
const sections = [
  ['routers', 'HTTP routers', ['Name', 'Rule', 'Entry points', 'Service', 'Status'],
    r => [r.name, r.rule, list(r.entryPoints), r.service, state(r)]],
  ['services', 'HTTP services', ['Name', 'Type', 'Servers', 'Used by'],
    s => [s.name, s.type, list(Object.keys(s.serverStatus || {})), list(s.usedBy)]],
  ['middlewares', 'HTTP middlewares', ['Name', 'Type', 'Used by'], m => [m.name, m.type, list(m.usedBy)]],
];
const list = names => (names || []).join(', ');
const state = r => [r.status, ...(r.error || [])].join(': ');
const add = (parent, tag, text) => {
  const element = parent.appendChild(document.createElement(tag));
  if (text !== undefined) element.textContent = text;
  return element;
};
const ask = async path => {
  const response = await fetch('../api/' + path, {headers: {Accept: 'application/json'}});
  if (!response.ok) throw new Error(path + ': ' + response.status);
  return [await response.json(), Number(response.headers.get('X-Next-Page') || 1)];
};
const table = (parent, title, heads, rows, more) => {
  add(parent, 'h2', title);
  const body = add(parent, 'table');
  const head = add(body, 'tr');
  heads.forEach(text => add(head, 'th', text));
  rows.forEach(cells => {
    const row = add(body, 'tr');
    cells.forEach(text => {
      const cell = add(row, 'td', text || '–');
      if (String(text).startsWith('disabled')) cell.className = 'bad';
    });
  });
  if (more) add(parent, 'p', 'There are more: search for a part of the name.').className = 'faint';
};
let turn = 0;
const show = async () => {
  const mine = ++turn;
  const search = encodeURIComponent(document.getElementById('search').value);
  const page = document.createElement('div');
  try {
    const [entryPoints] = await ask('entrypoints');
    const [version] = await ask('version');
    table(page, 'Entry points', ['Name', 'Address'], entryPoints.map(e => [e.name, e.address]));
    for (const [path, title, heads, cells] of sections) {
      const [items, next] = await ask('http/' + path + '?search=' + search);
      table(page, title, heads, items.map(cells), next > 1);
    }
    document.getElementById('version').textContent = version.Version + ', up since ' + version.startDate;
  } catch (error) {
    add(page, 'p', 'The API does not answer: ' + error.message).className = 'bad';
  }
  if (mine === turn) document.getElementById('page').replaceChildren(page);
};
document.getElementById('search').addEventListener('input', show);
show();
)js";

std::string sha256_source(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return "'sha256-" + format::encode_base64({reinterpret_cast<const char*>(digest.data()), size}) + "'";
}

}  // namespace

DashboardPage make_dashboard_page() {
  DashboardPage page;
  page.html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Gatehouse</title>\n<style>";
  page.html += kStyle;
  page.html +=
      "</style>\n</head>\n<body>\n<header><h1>Gatehouse</h1><small id=\"version\"></small>"
      "<input id=\"search\" type=\"search\" placeholder=\"Search names and rules\" aria-label=\"Search\"></header>\n"
      "<main id=\"page\"></main>\n<noscript>This page shows what the API says, and needs JavaScript for "
      "it.</noscript>\n"
      "<script>";
  page.html += kScript;
  page.html += "</script>\n</body>\n</html>\n";
  page.content_security_policy = "default-src 'none'; connect-src 'self'; style-src " + sha256_source(kStyle) +
                                 "; script-src " + sha256_source(kScript) +
                                 "; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
  return page;
}

}  // namespace gatehouse::edge
