import { dark, light, properties } from './palette.ts'

const page = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
.page{max-width:82rem;margin:0 auto;padding:3rem 2rem 5rem;display:grid;grid-template-columns:11rem minmax(0,1fr);column-gap:4rem}
nav{grid-column:1;grid-row:1/span 2;font-size:.9rem}
nav ul{position:sticky;top:3rem;list-style:none;margin:0;padding:0;border-left:1px solid var(--hair)}
nav a{display:block;padding:.3rem 0 .3rem 1rem;color:var(--quiet);text-decoration:none}
nav a:hover,nav a:focus-visible{color:var(--accent);text-decoration:underline}
.body{grid-column:2;min-width:0}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--accent);outline-offset:3px;border-radius:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;padding:.5rem 1rem;background:var(--panel);z-index:1}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`

const words = `
h1,h2,h3{line-height:1.25;font-weight:650;letter-spacing:-.015em;margin:0;text-wrap:balance}
.eyebrow{margin:0 0 .25rem;color:var(--quiet);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
h1{font-size:2.4rem;letter-spacing:-.03em;overflow-wrap:anywhere}
h2{font-size:1.5rem;padding-top:3.5rem;margin-bottom:1rem}
h3{font-size:1.1rem;display:flex;flex-wrap:wrap;align-items:center;gap:.35rem .75rem;overflow-wrap:anywhere}
p{margin:.5rem 0;max-width:46rem}
.lede{font-size:1.3rem;line-height:1.5;margin:1rem 0 1.75rem;max-width:44rem;text-wrap:pretty}
.sentence{font-size:1.06rem}
.meta,.quiet{color:var(--quiet)}
.meta{font-size:.875rem;margin:.25rem 0}
code{font:.875em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
code[title]{border-bottom:1px dotted var(--quiet);white-space:nowrap}
ul,ol{padding-left:1.2rem;margin:.5rem 0}
li{margin:.2rem 0}
li::marker{color:var(--quiet)}
.plain{list-style:none;padding:0;margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1.1rem 2.5rem;margin:0;padding:1.25rem 0 0;border-top:1px solid var(--hair)}
.facts dt{color:var(--quiet);font-size:.8rem}
.facts dd{margin:0;overflow-wrap:anywhere}
.facts ul{list-style:none;margin:0;padding:0}
.name{font-weight:650}
.one{white-space:nowrap}
.alias{display:inline-block;padding:0 .5em;border:1px solid var(--accent);border-radius:1em;color:var(--accent);font-size:.78rem;font-weight:500}
.tag{display:inline-block;color:var(--quiet);font-size:.8rem;font-weight:400;overflow-wrap:anywhere}
.badge{display:inline-block;padding:0 .6em;border-radius:1em;border:1.5px solid currentColor;font-size:.8rem;font-weight:600;letter-spacing:0;white-space:nowrap;line-height:1.55}
.badge.pass{color:var(--pass)}.badge.fail{color:var(--fail)}.badge.inconclusive,.badge.error{color:var(--unsure)}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--hair);font-size:.875rem;color:var(--quiet)}
`

const blocks = `
article{background:var(--panel);border:1px solid var(--hair);border-radius:10px;padding:1.5rem 1.75rem;margin:1.25rem 0}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.9rem;line-height:1.45}
caption{text-align:left;color:var(--quiet);font-size:.875rem;padding-bottom:.6rem}
th,td{text-align:left;vertical-align:top;padding:.6rem 1.25rem .6rem 0;border-bottom:1px solid var(--hair);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--quiet);font-size:.8rem;vertical-align:bottom;padding-top:0}
.number{text-align:right;white-space:nowrap}
details{margin:1rem 0}
summary{cursor:pointer;padding:.25rem 0}
article details{margin:.5rem 0 0}
article>table:last-child{margin-bottom:0}
article summary{color:var(--accent);font-size:.9rem}
.criteria{list-style:none;padding:0;margin:1.25rem 0 0}
.criteria li{padding:1.1rem 0;margin:0;border-top:1px solid var(--hair);display:grid;grid-template-columns:minmax(0,21rem) minmax(0,1fr);gap:.5rem 2.5rem;align-items:center}
.steps{font-size:.9rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:0 3rem}
.small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,13rem),1fr));gap:.5rem 2rem;align-items:end}
.one-class{break-inside:avoid;min-width:0}
h4{font-size:.9rem;font-weight:600;margin:.75rem 0 .25rem;overflow-wrap:anywhere}
.wide{overflow-x:auto}
.flips{list-style:none;padding:0;margin:.5rem 0;font-size:.9rem;max-width:46rem}
.flips li{display:grid;grid-template-columns:minmax(0,16rem) minmax(0,1fr);gap:.1rem 1.5rem;align-items:center;margin:.15rem 0}
table.matrix{width:auto;font-size:.85rem}
.matrix caption{color:var(--ink)}
.matrix th,.matrix td{padding:.35rem .7rem}
.matrix th{max-width:9rem;white-space:normal;overflow-wrap:break-word}
.matrix thead th{max-width:7rem}
.matrix tbody th{min-width:5rem}
.matrix .share{display:block;font-size:.75rem}
figure{margin:1.5rem 0 0}
figcaption{font-size:.9rem;font-weight:600}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.85rem;color:var(--quiet)}
.legend li{display:flex;align-items:center;gap:.4rem;margin:0}
.tree,.tree ul{list-style:none;padding-left:1.1rem;margin:.1rem 0 .1rem .35rem;border-left:1px solid var(--hair);font-size:.9rem}
.tree ul{font-size:1em}
.tree li{position:relative;overflow-wrap:anywhere}
.tree li::before{content:"";position:absolute;left:-1.1rem;top:.78em;width:.7rem;border-top:1px solid var(--hair)}
.tree b{font-weight:600}
`

const charts = `
.chart{display:block;overflow:visible}
.gutter{padding-left:3rem}
.chart text{font-size:12px;fill:var(--quiet)}
.chart .note{fill:var(--ink)}
.grid{stroke:var(--hair);stroke-width:1;shape-rendering:crispEdges}
.limit{stroke:var(--ink);stroke-width:2;stroke-dasharray:5 3}
.equal{stroke:var(--quiet);stroke-width:1}
.hatch{stroke:var(--quiet);stroke-width:1.4;opacity:.45;fill:none}
.interval{stroke:var(--accent);stroke-width:5}
.stroke{stroke:var(--accent);stroke-width:2.5}
.pass-mark{fill:var(--pass)}.fail-mark{fill:var(--fail)}.unsure-mark{fill:var(--unsure)}
.pass-mark,.fail-mark,.unsure-mark{stroke:var(--panel);stroke-width:2}
.sign{fill:none;stroke:var(--panel);stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.line{fill:none;stroke:var(--accent);stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.stable-line{stroke:var(--quiet);stroke-dasharray:5 4}
.area{fill:var(--wash);stroke:none}
.dot{fill:var(--accent);stroke:var(--panel);stroke-width:1.5}
.ring{fill:var(--panel);stroke:var(--quiet);stroke-width:1.75}
.canary-whisker{stroke:var(--accent);stroke-width:1.5}
.stable-whisker{stroke:var(--quiet);stroke-width:1;stroke-dasharray:3 2}
.lost{fill:var(--fail)}.gained{fill:var(--pass)}
.right-1{background:color-mix(in srgb,var(--accent) 7%,transparent)}.wrong-1{background:color-mix(in srgb,var(--fail) 9%,transparent)}
.right-2{background:color-mix(in srgb,var(--accent) 14%,transparent)}.wrong-2{background:color-mix(in srgb,var(--fail) 18%,transparent)}
.right-3{background:color-mix(in srgb,var(--accent) 21%,transparent)}.wrong-3{background:color-mix(in srgb,var(--fail) 27%,transparent)}
.right-4{background:color-mix(in srgb,var(--accent) 28%,transparent)}.wrong-4{background:color-mix(in srgb,var(--fail) 36%,transparent)}
.column{fill:var(--wash);stroke:var(--accent);stroke-width:1}
`

const narrow = `
@media screen and (max-width:64rem){
.page{display:block;max-width:52rem;padding-top:2rem}
nav ul{position:static;display:flex;flex-wrap:wrap;gap:0 1.25rem;border-left:0;border-bottom:1px solid var(--hair);padding-bottom:.5rem;margin-bottom:2rem}
nav a{padding:.3rem 0}
}
@media screen and (max-width:44rem){
.page{padding:1.25rem 1.1rem 3rem}
h1{font-size:2rem}
.lede{font-size:1.15rem}
h2{padding-top:2.5rem}
article{padding:1.1rem 1rem;border-radius:8px}
.criteria li{display:block}
.criteria .chart{margin-top:.75rem}
.facts{grid-template-columns:1fr}
}
@media screen and (max-width:56rem){
table,caption,tbody,tr,th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{padding:.75rem 0;border-bottom:1px solid var(--hair)}
tbody th,td{border:0;padding:.1rem 0}
tbody th{font-weight:650;overflow-wrap:anywhere}
tbody th::before{content:attr(data-head) " ";color:var(--quiet);font-weight:400}
td{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.75rem}
td::before{content:attr(data-head);color:var(--quiet);font-size:.85rem}
.number{text-align:left}
.matrix{display:table}
.matrix caption{display:table-caption}
.matrix thead{display:table-header-group;position:static;width:auto;height:auto;clip-path:none}
.matrix tbody{display:table-row-group}
.matrix tr{display:table-row}
.matrix th,.matrix td{display:table-cell;border-bottom:1px solid var(--hair)}
.matrix td::before,.matrix th::before{content:none}
.matrix .number{text-align:right}
.flips li{grid-template-columns:minmax(0,1fr)}
}
@media print{
:root{${properties(light)}}
body{font-size:10pt;background:none}
.page{display:block;max-width:none;padding:0}
nav,.skip{display:none}
table{font-size:8pt}
th,td{padding:.4rem .75rem .4rem 0}
tr,figure,.criteria li,.legend{break-inside:avoid}
h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;display:block}
article{border-color:#999}
}
`

/** The one style sheet of the page. Colours follow the reader's setting; nothing is loaded. */
export const styleSheet: string = [
  `:root{color-scheme:light dark;${properties(light)}}`,
  `@media (prefers-color-scheme:dark){:root{${properties(dark)}}}`,
  ...[page, words, blocks, charts, narrow].map((part) => part.trim()),
].join('\n')
