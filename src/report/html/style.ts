/**
 * The style sheet of a report: light, dark and print, from one phone's width up. Own, constant text. Colours are variables:
 * every text has a contrast of at least 4.5 to its ground, every mark of a chart at least 3 (WCAG AA), in both schemes.
 */

const LIGHT = `color-scheme:light;
--ground:#fff;--card:#f6f7f9;--ink:#1a1d21;--faint:#565f69;--rule:#d4d8dd;--link:#0b57b0;
--c1:#1d5fa8;--c2:#b3500a;--c3:#2c7a3f;--c4:#7a4aa8;--c5:#a8324e;--heat:29 95 168;
--u1:#e3f3ea;--u2:#bfe6cf;--u3:#8fd6ad;--u4:#5fc48b;--d1:#fde8e4;--d2:#fbcfc6;--d3:#f6aa9c;--d4:#ef8573;`;

const DARK = `color-scheme:dark;
--ground:#14171b;--card:#1c2026;--ink:#e6e9ed;--faint:#a4adb8;--rule:#39414b;--link:#86b8f4;
--c1:#6aa9f0;--c2:#f0a15e;--c3:#6cc285;--c4:#c09aef;--c5:#f08aa2;--heat:106 169 240;
--u1:#17301f;--u2:#1c472c;--u3:#215f3a;--u4:#267648;--d1:#3a1a15;--d2:#5a241b;--d3:#7c2f22;--d4:#9c3b2a;`;

const numbered = (count: number, rule: (n: number) => string): string =>
  Array.from({ length: count }, (_, i) => rule(i + 1)).join('\n');

export const STYLE = `
:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
header,nav,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.25rem;line-height:1.3;margin:2.2rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:1.2rem 0 .3rem}
h4{font-size:1rem;margin:0}
p{margin:.5rem 0;max-width:46rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
pre span{display:inline-block;max-width:100%}
code,pre{font-family:ui-monospace,"Cascadia Mono",Menlo,"Liberation Mono",monospace;font-size:.9em}
pre{background:var(--card);padding:.7rem .9rem;margin:.5rem 0;border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere}
.faint{color:var(--faint);font-weight:400}
.small,figcaption{font-size:.875rem;color:var(--faint)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:0 1rem;margin:.8rem 0 0;padding:0}
nav a{display:inline-block;padding:.3rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
.figures div{background:var(--card);border-radius:.5rem;padding:.6rem .8rem}
.figures dt{font-size:.875rem;color:var(--faint)}
.figures dd{margin:0;font-size:1.4rem;font-weight:600;font-variant-numeric:tabular-nums;line-height:1.3}
.figures dd small{display:block;font-size:.8rem;font-weight:400;color:var(--faint)}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:1.2rem 1.6rem;align-items:start}
figure{margin:0;min-width:0;max-width:34rem}
figure.wide{max-width:none;grid-column:1/-1}
figure h3{margin-top:.4rem}
figure>svg{display:block;width:100%;height:auto}
figcaption{margin:.2rem 0 .3rem;max-width:46rem}
details{margin:.3rem 0}
summary{cursor:pointer;font-size:.875rem;color:var(--link);padding:.25rem 0;width:fit-content}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.875rem;margin:.3rem 0 .6rem}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid var(--rule);overflow-wrap:break-word}
td{min-width:2.5rem}
thead th{vertical-align:bottom;color:var(--faint);font-weight:600;overflow-wrap:normal}
tbody th{font-weight:400}
tbody th:not(.n){min-width:7rem;overflow-wrap:anywhere}
tfoot tr:first-child>*{border-top:2px solid var(--faint)}
tfoot th{font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead .n{white-space:normal}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;padding:0}
.confusion td,.confusion th{padding:.35rem .5rem}
${numbered(9, (n) => `.h${n}{background:rgb(var(--heat)/${(0.05 * n).toFixed(2)})}`)}
.right{outline:2px solid var(--faint);outline-offset:-2px}
.mistake{border-left:3px solid var(--rule);padding:0 0 0 .9rem;margin:1rem 0 1.6rem}
.mistake p{margin:.25rem 0}
.review{white-space:pre-line;overflow-wrap:anywhere;max-width:46rem}
.up,.down{color:var(--ink);border-radius:.2rem;padding:0 .1em;box-decoration-break:clone;-webkit-box-decoration-break:clone;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.down{text-decoration:underline dotted;text-underline-offset:.2em}
${numbered(4, (n) => `.up.s${n}{background:var(--u${n})}.down.s${n}{background:var(--d${n})}`)}
.confusion td,.bar,.shape{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.legend{display:flex;flex-wrap:wrap;gap:.1rem .9rem}
.key{display:inline-flex;align-items:center;gap:.35rem}
.swatch{width:16px;height:10px;flex:none}
svg text{font:11px system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;fill:var(--faint)}
.middle{text-anchor:middle}
.end{text-anchor:end}
.grid path{stroke:var(--rule);fill:none}
.ground{stroke:var(--faint);fill:none}
.line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.line.many{stroke-width:1.3;opacity:.75}
.dot{fill:currentColor;stroke:var(--ground);stroke-width:1}
.bar{fill:currentColor}
${numbered(5, (n) => `.c${n}{color:var(--c${n})}`)}
.ideal{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3}
.shape{fill:var(--c1);opacity:.55}
.one{fill:var(--c1)}
.whisker{stroke:var(--c1);stroke-width:1.5;fill:none}
.box{fill:var(--ground);stroke:var(--c1);stroke-width:1.5}
.median{stroke:var(--c1);stroke-width:3;fill:none}
.facts{margin:.5rem 0}
.facts div{display:flex;flex-wrap:wrap;gap:0 .8rem;padding:.15rem 0}
.facts dt{color:var(--faint);min-width:9rem}
.facts dd{margin:0;overflow-wrap:anywhere}
footer{padding-top:1rem;padding-bottom:2rem;font-size:.875rem;color:var(--faint)}
@media (max-width:480px){.confusion td,.confusion th{padding:.3rem .25rem;min-width:0;font-size:.8rem}}
@media print{
@page{margin:1.5cm}
body{font-size:10.5pt}
nav{display:none}
main,header,footer{max-width:none;padding-left:0;padding-right:0}
figure,.mistake,tr{break-inside:avoid}
h2,h3,h4,summary{break-after:avoid}
.scroll{overflow:visible}
table{font-size:.75rem}
th,td{padding:.2rem .35rem}
.charts{grid-template-columns:1fr 1fr}
details:not([open]){display:none}
main>section>.small:first-of-type{break-after:avoid}
}
`;
