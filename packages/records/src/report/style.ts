/** The one style sheet of a report: grey ground, colour for series and for what is not as wanted, light, dark and on paper. */
export const reportStyle = `
:root{color-scheme:light dark;--ground:#f2f3f4;--card:#fff;--ink:#1b1f23;--soft:#5a626b;--rule:#d9dde1;--band0:#f4f6f7;--band1:#e9edf0;--good:#1a6b3c;--bad:#a8241c;--warn:#8a5300;--goodground:#e3f1e8;--badground:#fae7e5;--warnground:#fbf0dc;
--c1:#0b5fa5;--c2:#b8560a;--c3:#1b7f5c;--c4:#8e3a80;--c5:#6b5b00;--c6:#3d4f9e;--c7:#a33a4e;--c8:#3f6f78}
@media(prefers-color-scheme:dark){:root{--ground:#16191c;--card:#1f2327;--ink:#e6e9ec;--soft:#a3acb5;--rule:#363c42;--band0:#23282c;--band1:#2a3035;--good:#7fd1a0;--bad:#ff9a8f;--warn:#f0c070;--goodground:#1d3527;--badground:#43211e;--warnground:#3a2e17;
--c1:#6cb4f0;--c2:#f0a35c;--c3:#6fd0ac;--c4:#d993cd;--c5:#d6c75a;--c6:#a3b0f5;--c7:#f09aa8;--c8:#8fc3cc}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:28px 20px 60px}
header{margin-bottom:22px}
h1{font-size:25px;line-height:1.25;margin:0 0 6px;text-wrap:balance}
h2{font-size:16px;margin:0 0 12px}
p{margin:0 0 8px}
.soft,.unit,caption{color:var(--soft)}
.meta{display:flex;flex-wrap:wrap;gap:2px 22px;color:var(--soft);font-size:14px}
.meta b{color:var(--ink);font-weight:600}
.chip{display:inline-flex;align-items:center;gap:8px;padding:5px 12px;border-radius:6px;font-weight:600;margin:12px 0 0}
.chip svg{width:14px;height:14px;fill:currentColor;flex:none}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.chip.good{background:var(--goodground)}.chip.bad{background:var(--badground)}.chip.warn{background:var(--warnground)}
section{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:18px 20px;margin:0 0 16px}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:14px 20px;margin:0}
.figures div{border-left:3px solid var(--rule);padding-left:11px;min-width:0}
.figures dt{font-size:13px;color:var(--soft);overflow-wrap:anywhere}
.figures dd{margin:0;font-size:21px;font-weight:600;line-height:1.3}
.figures .unit{font-size:14px;font-weight:400}
.panel{position:relative;margin:0 0 4px}
.panel h3{font-size:13px;font-weight:600;margin:6px 0 0;display:flex;flex-wrap:wrap;gap:2px 16px;align-items:baseline}
.key{font-weight:400;white-space:nowrap}
.key i{display:inline-block;width:16px;height:0;border-top:3px solid;vertical-align:middle;margin-right:6px}
.key output{font-weight:600;margin-left:5px}
.chart{display:block;width:100%;height:auto;overflow:visible}
.chart .grid{stroke:var(--rule);stroke-width:1;vector-effect:non-scaling-stroke}
.chart .tick,.chart .phase{fill:var(--soft);font-size:11px}
.chart .phase{font-weight:600}
.band0{fill:var(--band0)}.band1{fill:var(--band1)}
.line{fill:none;stroke-width:1.8;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.cursor{stroke:var(--ink);stroke-width:1;opacity:0;vector-effect:non-scaling-stroke;pointer-events:none}
.event line{stroke:var(--soft);stroke-dasharray:3 3;vector-effect:non-scaling-stroke}.event path{fill:var(--soft)}
.event.warning line{stroke:var(--warn)}.event.warning path{fill:var(--warn)}
.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}.s6{stroke:var(--c6)}.s7{stroke:var(--c7)}.s8{stroke:var(--c8)}
.k1{border-color:var(--c1)!important}.k2{border-color:var(--c2)!important}.k3{border-color:var(--c3)!important}.k4{border-color:var(--c4)!important}.k5{border-color:var(--c5)!important}.k6{border-color:var(--c6)!important}.k7{border-color:var(--c7)!important}.k8{border-color:var(--c8)!important}
.f1{background:var(--c1)}.f2{background:var(--c2)}.f3{background:var(--c3)}.f4{background:var(--c4)}.f5{background:var(--c5)}.f6{background:var(--c6)}.f7{background:var(--c7)}.f8{background:var(--c8)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;font-size:13px;padding-bottom:6px}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600;font-size:13px;color:var(--soft);white-space:nowrap}
td.n,th.n{text-align:right;white-space:nowrap}
tr:last-child td{border-bottom:0}
.fate{display:flex;height:26px;border-radius:5px;overflow:hidden;gap:2px}
.fate span{min-width:2px}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:10px 0 0;padding:0;list-style:none;font-size:14px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:7px}
.notice{border-left:4px solid var(--warn);background:var(--warnground);padding:12px 14px;border-radius:0 6px 6px 0;margin:0 0 10px}
.notice p:last-child{margin:0}
code{font:12.5px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
@media(max-width:620px){main{padding:16px 10px 40px}section{padding:14px 12px}h1{font-size:20px}.panel{overflow-x:auto}.panel h3{position:sticky;left:0}.chart{width:660px}table{min-width:520px}}
@media print{:root{--ground:#fff}body{font-size:11pt}main{max-width:none;padding:0}section{break-inside:avoid;border-color:#bbb}.panel{break-inside:avoid}}
`;
