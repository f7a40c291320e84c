#include "edge/dashboard_parts.h"

namespace gatehouse::edge {

const std::string_view kDashboardStyle = R"css(
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f6f4, #15171a); --card: light-dark(#fff, #1d2024); --ink: light-dark(#1c1e21, #e6e7e9);
  --faint: light-dark(#6a7078, #979da6); --line: light-dark(#e2e2de, #2d3137); --mark: light-dark(#2458c5, #82aaff);
  --good: light-dark(#1f8a4c, #4cc27f); --warn: light-dark(#b4720a, #e0a93e); --bad: light-dark(#c4321f, #ff7b6b);
  font: 14px/1.5 system-ui, sans-serif; background: var(--paper); color: var(--ink);
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem 1.5rem 4rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; padding: .5rem 0 1rem; }
h1 { font-size: 1.3rem; margin: 0; }
h2 { font-size: 1rem; margin: 0; }
input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .4rem; padding: .3rem .7rem; }
button { cursor: pointer; }
button:disabled { opacity: .4; cursor: default; }
input { margin-left: auto; min-width: min(20rem, 100%); }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 1px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: 0 0 1rem; padding: 1rem;
  overflow-x: auto; }
section > div.head { display: flex; gap: .75rem; align-items: baseline; margin-bottom: .5rem; }
section > div.head > :last-child:not(h2) { margin-left: auto; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); margin-bottom: 1rem; }
.cards section { margin: 0; }
.number { font-size: 1.7rem; font-variant-numeric: tabular-nums; line-height: 1.2; }
.faint, small { color: var(--faint); }
.graph { display: flex; align-items: flex-end; gap: 1px; height: 5rem; }
.graph div { flex: 1; display: flex; flex-direction: column; justify-content: flex-end; height: 100%; }
.graph i { display: block; min-height: 0; }
.c2 { background: var(--good); } .c3 { background: var(--mark); } .c4 { background: var(--warn); }
.c5 { background: var(--bad); } .c0, .c1 { background: var(--faint); }
.legend { display: flex; gap: 1rem; flex-wrap: wrap; }
.legend i { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .35em; }
table { border-collapse: collapse; width: 100%; }
th { color: var(--faint); font-weight: 500; text-align: left; white-space: nowrap; }
th button { all: unset; cursor: pointer; }
th button:hover { color: var(--ink); }
th button:focus-visible { outline: 2px solid var(--mark); }
td, th { border-bottom: 1px solid var(--line); padding: .35rem .9rem .35rem 0; vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td { overflow-wrap: anywhere; }
td.n { font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font: .93em ui-monospace, monospace; }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .55em; margin: 0 .25em .15em 0; }
.dot::before { content: ''; display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .45em;
  background: var(--good); }
.dot.warning::before { background: var(--warn); } .dot.disabled::before, .dot.down::before { background: var(--bad); }
.why { color: var(--bad); display: block; } .why.warning { color: var(--warn); }
.bar { height: .35rem; border-radius: 1rem; background: var(--line); min-width: 6rem; margin-top: .3rem; }
.bar i { display: block; height: 100%; border-radius: 1rem; background: var(--good); }
.bar.warning i { background: var(--warn); } .bar.disabled i { background: var(--bad); }
details pre { margin: .3rem 0; white-space: pre-wrap; }
summary { cursor: pointer; color: var(--faint); }
.gone { opacity: .5; }
)css";

}  // namespace gatehouse::edge
