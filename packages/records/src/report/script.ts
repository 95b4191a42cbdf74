/** The one script of a report: a crosshair over all panels that shows the values under it. The report is complete without it. */
export const reportScript = `
(()=>{const d=JSON.parse(document.getElementById('samples').textContent);const panels=[...document.querySelectorAll('.panel')];if(!d.t.length)return;
const short=v=>v===null?'–':Math.abs(v)>=1e6||(v!==0&&Math.abs(v)<1e-3)?v.toExponential(2):String(Number(v.toPrecision(4)));
const at=t=>{let a=0,b=d.t.length-1;while(b-a>1){const m=(a+b)>>1;d.t[m]>t?b=m:a=m}return t-d.t[a]<d.t[b]-t?a:b};
const show=i=>{for(const p of panels){const c=p.querySelector('.cursor');const x=d.left+(d.right-d.left)*d.t[i]/(d.end||1);c.setAttribute('x1',x);c.setAttribute('x2',x);c.style.opacity=.55;
for(const o of p.querySelectorAll('output'))o.textContent=short(d.v[o.dataset.c][i])}document.getElementById('now').textContent=d.t[i].toFixed(3)+' h'};
const hide=()=>{for(const p of panels){p.querySelector('.cursor').style.opacity=0;for(const o of p.querySelectorAll('output'))o.textContent=''}document.getElementById('now').textContent=''};
for(const p of panels){const s=p.querySelector('svg');s.addEventListener('pointermove',e=>{const r=s.getBoundingClientRect();const x=(e.clientX-r.left)/r.width*d.width;show(at((x-d.left)/(d.right-d.left)*d.end))});s.addEventListener('pointerleave',hide)}})();
`;
