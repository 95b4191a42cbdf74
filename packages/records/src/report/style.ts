const light = `--ground:#eceef0;--card:#fbfbfc;--ink:#1b1f23;--soft:#59616a;--rule:#d6dade;--grid:#dde1e4;--zero:#aeb5bc;--plot:#fff;--band1:#eff1f3;--phase0:#e4e7ea;--phase1:#d5dade;
--good:#1a6b3c;--bad:#a8241c;--warn:#7d4b00;--goodground:#e0efe5;--badground:#f9e4e2;--warnground:#faeeda;--on-series:#fff;
--c1:#0b5fa5;--c2:#b8560a;--c3:#1b7a58;--c4:#8e3a80;--c5:#6b5b00;--c6:#3d4f9e;--c7:#a33a4e;--c8:#3f6f78;--c9:#7a4520;--c10:#00506e;--c11:#5c2470;--c12:#47581a`;
const dark = `--ground:#14171a;--card:#1d2125;--ink:#e6e9ec;--soft:#a3acb5;--rule:#343a40;--grid:#2f353a;--zero:#5c656e;--plot:#191d20;--band1:#21262a;--phase0:#2a3035;--phase1:#363d43;
--good:#7fd1a0;--bad:#ff9a8f;--warn:#f0c070;--goodground:#1b3325;--badground:#43211e;--warnground:#382c16;--on-series:#14171a;
--c1:#6cb4f0;--c2:#f0a35c;--c3:#6fd0ac;--c4:#d993cd;--c5:#d6c75a;--c6:#a3b0f5;--c7:#f09aa8;--c8:#8fc3cc;--c9:#dba67e;--c10:#78c8ea;--c11:#c896e2;--c12:#bccb72`;
/** Lines differ by dash too, for who sees no colours and for paper. */
const dashes = [
  ...['none', '7 3', '2 3', '9 3 2 3', '14 4', '5 2 1 2 1 2'],
  ...['1 4', '10 2 4 2', '4 4', '16 3 2 3', '6 2 6 6', '3 2 3 6'],
];
/** How many colours and dashes there are for series; the next one starts again. */
export const seriesColours = dashes.length;
const series = dashes
  .map((dash, k) => {
    const i = k + 1;
    return `.s${i}{color:var(--c${i});stroke:var(--c${i});stroke-dasharray:${dash}}.f${i}{background:var(--c${i})}`;
  })
  .join('');

/** The one style sheet of a report: grey ground, colour for series and for what is not as wanted, light, dark and on paper. */
export const reportStyle = `
:root{color-scheme:light dark;${light}}
@media(prefers-color-scheme:dark){:root{${dark}}}
@media print{:root{color-scheme:light;${light};--ground:#fff;--card:#fff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main{max-width:1160px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:27px;line-height:1.22;letter-spacing:-.01em;margin:0 0 10px;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:16px;line-height:1.3;margin:0 0 12px}
h3{font-size:14px;line-height:1.3;margin:0 0 6px}
.trends~h3{margin-top:28px}
.trends+.narrow{margin-top:16px}
p{margin:0 0 8px}
math{font-size:17px}
b{font-weight:600}
.soft,.unit,caption,.side{color:var(--soft)}
.unit{font-weight:400;white-space:nowrap}
header{margin:0 0 20px}
.facts{display:flex;flex-wrap:wrap;gap:2px 28px;margin:0 0 14px}
.facts div{display:flex;gap:8px;min-width:0}
.facts dt{color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
.verdict{display:flex;flex-wrap:wrap;align-items:center;gap:6px 16px}
.verdict p{margin:0}
.mark{width:1em;height:1em;fill:currentColor;flex:none;vertical-align:-.125em}
.chip{display:inline-flex;align-items:center;gap:7px;border-radius:5px;font-weight:600;white-space:nowrap;padding:1px 9px;font-size:13px}
.chip.large{font-size:16px;padding:6px 14px;gap:9px;white-space:normal}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.chip.good{background:var(--goodground)}.chip.bad{background:var(--badground)}.chip.warn{background:var(--warnground)}
section,.notice{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:18px 22px 20px;margin:0 0 16px}
.notice{color:var(--ink);border-width:0 0 0 5px;border-radius:4px 8px 8px 4px;border-color:currentColor;padding:14px 20px}
.notice.bad{background:var(--badground);border-left-color:var(--bad)}.notice.warn{background:var(--warnground);border-left-color:var(--warn)}
.notice h2{display:flex;gap:9px;align-items:baseline;margin:0 0 6px}
.notice.bad h2{color:var(--bad)}.notice.warn h2{color:var(--warn)}
.notice .soft{color:inherit;opacity:.85}
.notice p:last-child,.notice ul{margin:0}
.notice ul{padding:0;list-style:none}.notice li{overflow-wrap:anywhere}.notice li+li{margin-top:8px}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(158px,1fr));gap:18px 20px;margin:0}
.figures div{border-left:3px solid var(--rule);padding-left:12px;min-width:0;display:flex;flex-direction:column;justify-content:space-between}
.figures dt{font-size:13px;line-height:1.35;color:var(--soft);overflow-wrap:anywhere}
.figures dd{margin:2px 0 0;font-size:22px;font-weight:600;line-height:1.25;overflow-wrap:anywhere}
.figures .value{white-space:nowrap}
.figures .unit{font-size:14px}
.trends{--left:56px;--right:14px;position:relative;touch-action:pan-y;outline-offset:6px;border-radius:2px}
.trends.two{--right:56px}
.clock{position:absolute;right:var(--right);top:-34px;margin:0;font-size:13px}
.clock b{display:inline-block;min-width:3.2em;text-align:right;color:var(--ink)}
.strip{position:relative;height:38px;margin:0 var(--right) 4px var(--left)}
.phase{position:absolute;bottom:0;height:22px;line-height:22px;text-indent:7px;font-size:12px;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;box-shadow:inset 1px 0 var(--card)}
.phase.band0{background:var(--phase0)}.phase.band1{background:var(--phase1)}
.strip .event{position:absolute;top:0;width:14px;height:14px;margin-left:-7px;font-size:13px;line-height:14px;color:var(--soft);cursor:help}
.strip .event.warning{color:var(--warn)}
.panel{margin:0 0 10px}
.panel figcaption{display:flex;flex-wrap:wrap;gap:0 18px;align-items:baseline;margin:0 var(--right) 5px var(--left);font-size:13px}
.panel h3{font-size:13px;font-weight:600;margin:0}
td .swatch,th .swatch{flex:none}tbody th:has(.swatch){white-space:nowrap}
.panel ul{display:flex;flex-wrap:wrap;gap:0 18px;margin:0;padding:0;list-style:none}
.panel output{font-weight:600}
.side{font-size:12px}
.swatch{width:24px;height:8px;margin-right:6px;vertical-align:middle;overflow:visible}
.plot{position:relative;height:136px;margin:0 var(--right) 0 var(--left);background:var(--plot)}
.chart{position:absolute;inset:0;width:100%;height:100%;overflow:visible;pointer-events:none}
.chart rect.band0{fill:none}.chart rect.band1{fill:var(--band1)}
.grid,.zero{fill:none;stroke:var(--grid);stroke-width:1;vector-effect:non-scaling-stroke}
.zero{stroke:var(--zero)}
.line{fill:none;stroke-width:1.9;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.dots{fill:none;stroke-width:6;stroke-linecap:round;stroke-dasharray:none!important;opacity:.75;vector-effect:non-scaling-stroke}
.range{fill:currentColor;stroke:none!important;opacity:.2}.solid{stroke-dasharray:none!important}
.histogram{width:120px;height:28px;vertical-align:middle;fill:var(--c1)}
.boxplot{width:200px;height:24px;vertical-align:middle;fill:none}.boxplot path{vector-effect:non-scaling-stroke;stroke-dasharray:none;stroke-width:1.4}.box{fill:currentColor;fill-opacity:.25}.middle{stroke-width:2.6!important}
.bar{display:block;width:120px;height:11px;margin-top:5px;background:var(--band1);border-radius:2px}.bar i{display:block;height:100%;border-radius:2px}
.tick,.axis-unit,.time-unit{font-size:11.5px;line-height:14px;color:var(--soft);white-space:nowrap}
.axis{position:absolute;top:0;bottom:0;width:56px}
.axis.left{right:100%}.axis.right{left:100%}
.axis .tick{position:absolute;margin-top:-7px}
.axis.left .tick{right:7px}.axis.right .tick{left:7px}
.axis-unit{position:absolute;top:50%;writing-mode:vertical-rl;transform:translateY(-50%) rotate(180deg)}
.axis.left .axis-unit{left:0}.axis.right .axis-unit{right:0}
.time{position:relative;height:16px;margin:-4px var(--right) 0 var(--left)}
.time .tick{position:absolute;transform:translateX(-50%)}
.time-unit{position:absolute;right:calc(100% + 10px)}
.cursor{position:absolute;top:16px;bottom:16px;width:1px;background:var(--ink);opacity:0;pointer-events:none;left:calc(var(--left) + (100% - var(--left) - var(--right))*var(--x,0))}
${series}
.scroll{overflow-x:auto}
.scroll+.scroll,.narrow+.scroll{margin-top:20px}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;font-size:13px;padding-bottom:6px}
th,td{text-align:left;padding:6px 16px 6px 0;border-bottom:1px solid var(--rule);vertical-align:top;font-weight:400;overflow-wrap:break-word}
thead th{font-weight:600;font-size:13px;color:var(--soft);white-space:nowrap}
tbody th{font-weight:500}
#events+.scroll tbody th,#provenance~* tbody th:has(code){font-weight:400}
td:first-child>code{white-space:nowrap}
td.n,th.n{text-align:right;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child>*{border-bottom:0}
.fate{display:flex;height:30px;border-radius:5px;overflow:hidden;gap:2px}
.fate span{min-width:3px;flex-basis:0;color:var(--on-series);font-size:13px;font-weight:600;line-height:30px;padding-left:0;text-align:center;overflow:hidden;white-space:nowrap}
.legend{display:flex;flex-wrap:wrap;gap:4px 24px;margin:12px 0 0;padding:0;list-style:none;font-size:14px}
.legend li{display:flex;align-items:baseline;gap:8px}
.legend i{width:11px;height:11px;border-radius:2px;flex:none}
code{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
@media(max-width:640px){main{padding:18px 10px 40px}section,.notice{padding:14px 12px 16px}h1{font-size:21px}
.trends{--left:44px;--right:8px}.trends.two{--right:44px}.axis{width:44px}.axis-unit{font-size:10.5px}.tick{font-size:11px}.time .odd{display:none}.plot{height:124px}
.panel figcaption{margin-left:0;margin-right:0}.clock{top:-31px}.figures{grid-template-columns:repeat(auto-fill,minmax(132px,1fr));gap:14px 12px}.figures dd{font-size:19px}
.facts{gap:4px}.scroll table{min-width:560px}th,td{padding-right:10px}.fate span{font-size:11px}}
@media print{body{font-size:10.5pt}main{max-width:none;padding:0}section,.notice,.panel,tr{break-inside:avoid}section:has(.trends){break-inside:auto}h2,h3,figcaption{break-after:avoid}.scroll{overflow:visible}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
