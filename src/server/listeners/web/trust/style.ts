/** The colours and measures of the chat's page (its tokens.css), as far as this one needs them. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#f8f7f3;--surface:#fefefb;--sunken:#efede7;--line:#dedcd5;--ink:#1c2830;--soft:#56636b;--accent:#00604f;--on-accent:#fafffd;--accent-soft:#d5efe6;--warm:#8a5208;--warm-soft:#fbeed9}
@media(prefers-color-scheme:dark){:root{--ground:#10171a;--surface:#1a2327;--sunken:#0c1214;--line:#2f393e;--ink:#eae9e3;--soft:#a6b1b5;--accent:#67d1b7;--on-accent:#06211b;--accent-soft:#16352f;--warm:#e9bd7c;--warm-soft:#33291a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;padding:1rem 1rem 4rem;background:var(--ground);color:var(--ink);font:1rem/1.55 ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif}
main,header{width:min(44rem,100%);margin:0 auto}
header{display:flex;align-items:center;gap:.75rem;padding:.5rem 0 2rem}
header b{font-size:1.125rem;letter-spacing:-.01em}
header a{margin-left:auto;padding:.375rem .75rem;border:1px solid var(--line);border-radius:999px;font-size:.875rem;text-decoration:none}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:.5rem}
h1{margin:0 0 .75rem;font-size:clamp(1.8125rem,5vw,2.375rem);line-height:1.15;letter-spacing:-.025em;text-wrap:balance}
h2{display:flex;align-items:center;gap:.75rem;margin:0 0 .75rem;font-size:1.25rem;line-height:1.25;letter-spacing:-.01em}
h2 i{flex:none;display:grid;place-items:center;width:2rem;height:2rem;border-radius:50%;background:var(--accent-soft);color:var(--accent);font-style:normal;line-height:1}
p{margin:0 0 1rem;color:var(--soft)}
.lead{max-width:38rem;font-size:1.0625rem}
section{margin-top:1rem;padding:1.5rem;border:1px solid var(--line);border-radius:1.125rem;background:var(--surface)}
section>:last-child{margin-bottom:0}
.button{display:inline-flex;align-items:center;gap:.5rem;padding:.625rem 1.125rem;border:0;border-radius:.75rem;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;line-height:1.4;text-decoration:none;cursor:pointer}
.quiet{background:none;color:inherit;box-shadow:inset 0 0 0 1px currentColor}
#check{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1rem;margin-top:1.5rem;border-color:transparent;background:var(--sunken)}
#check p{flex:1 1 15rem;margin:0;color:inherit;font-weight:600}
#check svg{flex:none;width:2rem;height:2rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
#check svg *{display:none}
#check div{display:flex;flex-wrap:wrap;gap:.5rem}
#check[data-state=trusted]{background:var(--accent-soft);color:var(--accent)}
#check[data-state=untrusted],#check[data-state=unknown]{background:var(--warm-soft);color:var(--warm)}
#check[data-state=trusted] .yes,#check[data-state=untrusted] .no,#check[data-state=unknown] .no,#check[data-state=looking] .dots,#check svg .ring{display:inline}
#check .button{padding:.4375rem .875rem;font-size:.9375rem}
#check[data-state=looking] button,#check:not([data-state=trusted]) .button:not(button){display:none}
noscript p{padding:0}
dl{margin:0}
dt{margin-top:1rem;color:var(--soft);font-size:.8125rem}
dd{margin:.25rem 0 0;overflow-wrap:anywhere}
.words{font-size:1.25rem;font-weight:650;letter-spacing:-.005em}
.hex{font:.8125rem/1.6 ui-monospace,'SF Mono','Cascadia Mono','DejaVu Sans Mono',monospace}
code{padding:.0625rem .3125rem;border-radius:.3125rem;background:var(--sunken);font:.875em ui-monospace,'SF Mono','Cascadia Mono','DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
details{border-top:1px solid var(--line)}
details:last-of-type{border-bottom:1px solid var(--line);margin-bottom:1rem}
summary{display:flex;align-items:center;gap:.75rem;padding:.875rem .25rem;font-weight:600;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary::after{content:'';margin-left:auto;width:.5rem;height:.5rem;border:solid var(--soft);border-width:0 2px 2px 0;rotate:45deg;translate:-.25rem -.125rem}
details[open]>summary::after{rotate:-135deg;translate:-.25rem .125rem}
ol{margin:0 0 1.25rem;padding:0 0 0 .25rem;counter-reset:step;list-style:none}
ol li{position:relative;margin:0 0 .75rem;padding-left:2.25rem;counter-increment:step}
ol li::before{content:counter(step);position:absolute;left:0;top:.0625rem;width:1.5rem;height:1.5rem;border-radius:50%;background:var(--sunken);font-weight:600;font-size:.8125rem;line-height:1.5rem;text-align:center}
.drawings{display:flex;flex-wrap:wrap;align-items:flex-start;gap:1rem;padding:0 0 1.5rem}
.drawing{max-width:100%;height:auto;font:13.5px ui-sans-serif,system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif}
.drawing text{fill:var(--ink)}
.drawing .title{font-weight:650}
.drawing .soft{fill:var(--soft)}
.drawing .on{fill:var(--on-accent);font-weight:600}
.drawing .middle{text-anchor:middle}
.drawing .frame{fill:var(--ground);stroke:var(--line)}
.drawing .bar{fill:var(--sunken)}
.drawing .dot{fill:var(--line)}
.drawing .well{fill:var(--surface);stroke:var(--soft);stroke-opacity:.6}
.drawing .fill{fill:var(--accent)}
.drawing .knob{fill:var(--surface)}
.drawing .tick,.drawing .stroke{fill:none;stroke:var(--soft);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.drawing .tick{stroke:var(--on-accent)}
.drawing .rule{stroke:var(--line)}
.drawing .ring{fill:none;stroke:#d98a2b;stroke-width:2.5}
@media(max-width:30rem){section{padding:1.125rem 1rem}header{padding-bottom:1.25rem}}
`;
