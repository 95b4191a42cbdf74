/** How the script writes a number: as `shortNumber` does. A test holds the two together. */
export const shortNumberSource = `v=>{if(v===null)return'–';const a=Math.abs(v);if(a>=1000&&a<1e6)return String(Math.round(v)).replace('-','−');if(a===0||(a>=1e-3&&a<1e6))return String(Number(v.toPrecision(4))).replace('-','−');
const[d,p]=v.toExponential(3).split('e');return String(Number(d)).replace('-','−')+'×10'+[...String(Number(p))].map(c=>c==='-'?'⁻':'⁰¹²³⁴⁵⁶⁷⁸⁹'[c]).join('')}`;

/** The one script of a report: a crosshair over all panels that shows the values under it. The report is complete without it. */
export const reportScript = `
(()=>{const d=JSON.parse(document.getElementById('samples').textContent),stack=document.querySelector('.trends');
if(!stack||d.t.length<2)return;
const short=${shortNumberSource};
const plot=stack.querySelector('.plot'),cursor=stack.querySelector('.cursor'),clock=stack.querySelector('.clock b'),outputs=[...stack.querySelectorAll('output')],last=d.t.length-1;
let now=last;
const near=t=>{let a=0,b=last;while(b-a>1){const m=(a+b)>>1;d.t[m]>t?b=m:a=m}return t-d.t[a]<d.t[b]-t?a:b};
const show=(i,on)=>{now=i;cursor.style.setProperty('--x',d.t[i]/d.end);cursor.style.opacity=on?1:0;clock.textContent=short(d.t[i]);
for(const o of outputs)o.textContent=short(d.v[o.dataset.c][i])};
stack.addEventListener('pointermove',e=>{const r=plot.getBoundingClientRect(),x=(e.clientX-r.left)/r.width;show(near(Math.min(1,Math.max(0,x))*d.end),true)});
stack.addEventListener('pointerleave',()=>show(last,false));
stack.addEventListener('blur',()=>show(last,false));
stack.addEventListener('keydown',e=>{const step=Math.max(1,Math.round(last/100));
const to={ArrowLeft:now-step,ArrowRight:now+step,Home:0,End:last}[e.key];if(typeof to!=='number')return;e.preventDefault();show(Math.min(last,Math.max(0,to)),true)})})();
`;
