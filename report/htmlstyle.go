package report

// htmlStyle is the whole look of the page: light or dark as the reader's system is,
// tables that become cards on a telephone, and all of it on paper. Colours repeat
// what words say.
const htmlStyle = `:root{color-scheme:light dark;--text:#1b1f24;--back:#fff;--soft:#57606a;--line:#d0d7de;--shade:#f6f8fa;--good:#116329;--bad:#b3161e;--other:#7d4e00;--none:#0a5a8a}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--back:#0d1117;--soft:#9aa5b1;--line:#30363d;--shade:#161b22;--good:#4ac26b;--bad:#ff8a84;--other:#e3b341;--none:#79c0ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1rem;font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.15rem;margin:1.6rem 0 .4rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:.8rem 0 .2rem}
p{margin:.3rem 0}a{color:var(--none)}nav a{margin-right:.8rem}
main{display:flex;flex-direction:column}
main>section{min-width:0}#summary{order:1}#findings{order:2}#ntlm{order:3}#servers{order:4}#clients{order:5}#sessions{order:6}
.quiet,.when{color:var(--soft)}.alarm{color:var(--bad);font-weight:600}
.v{font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}.other{color:var(--other)}.none{color:var(--none)}
.f{border:1px solid;border-radius:.3rem;padding:0 .3rem;font-size:.85em;white-space:nowrap}.high{color:var(--bad)}.medium{color:var(--other)}.low,.info{color:var(--soft)}
.tiles{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.5rem}.tiles li{border:1px solid var(--line);border-radius:.4rem;padding:.2rem .7rem;background:var(--shade)}.tiles b{font-size:1.2rem}
table{border-collapse:collapse;margin:.3rem 0}th,td{text-align:left;vertical-align:top;padding:.2rem .6rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600;white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}.inventory{width:100%;font-size:.93em}.inventory td{max-width:26rem;overflow-wrap:break-word}.inventory td.t{min-width:13rem}.inventory thead th{position:sticky;top:0;background:var(--back)}
details{border:1px solid var(--line);border-radius:.4rem;margin:.35rem 0;padding:.3rem .7rem}details[open]{background:var(--shade)}summary{cursor:pointer}summary p{margin:.1rem 0}.id{font-weight:600}.ends{font-variant-numeric:tabular-nums}
pre{font:12.5px/1.45 ui-monospace,monospace;overflow-x:auto;margin:.3rem 0}code{font:.9em ui-monospace,monospace;color:var(--soft)}
@media (max-width:45rem){body{padding:.6rem}.inventory,.inventory tbody,.inventory tr,.inventory td{display:block;width:auto;max-width:none}.inventory thead{display:none}
.inventory tr{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.2rem .5rem}.inventory td,.inventory td.t{border:0;padding:.1rem 0;min-width:0;overflow-wrap:anywhere;text-align:left;display:flex;gap:.6rem}.inventory td.empty{display:none}
.inventory td::before{content:attr(data-title);color:var(--soft);flex:0 0 7.5rem}}
@media print{:root{--text:#000;--back:#fff;--soft:#444;--line:#999;--shade:#fff;--good:#064d1c;--bad:#8a0f15;--other:#5c3a00;--none:#003e66}body{max-width:none;padding:0;font-size:10pt}nav{display:none}
details{break-inside:avoid-page}.wide{overflow:visible}pre{white-space:pre-wrap}tr{break-inside:avoid}.inventory{font-size:7pt}.inventory thead th{position:static;white-space:normal;overflow-wrap:normal}.inventory td,.inventory th{padding:.1rem .25rem;min-width:0}.inventory td.t{min-width:7rem}@page{size:landscape;margin:1cm}}
`
