"""The look of a report, by day and by night, on screen and on paper."""

CSS = """
:root{--bg:#f5f6f4;--card:#fff;--ink:#1d2421;--soft:#5d6863;--line:#dfe4e0;--accent:#14746f;--warn:#8a5a00;
--warnbg:#fff6e0;--cell:20,116,111}
@media (prefers-color-scheme:dark){:root{--bg:#141816;--card:#1d2321;--ink:#e6ebe8;--soft:#9aa6a0;--line:#323b37;
--accent:#57c4b8;--warn:#f1c979;--warnbg:#332a14;--cell:64,170,158}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1060px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:28px;line-height:1.2;margin:2px 0 4px;font-weight:650;overflow-wrap:anywhere}
h2{font-size:17px;margin:0 0 4px;font-weight:650}
.brand{color:var(--accent);font-weight:650;margin:0;font-size:13px;letter-spacing:.03em}
.sub,.hint,small,figcaption{color:var(--soft)}
.sub{margin:0 0 20px;overflow-wrap:anywhere}.hint{margin:0 0 14px;font-size:13.5px;max-width:78ch}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin-bottom:16px}
.tile,section{background:var(--card);border:1px solid var(--line);border-radius:10px}
.tile{padding:14px 16px;display:flex;flex-direction:column}
.tile span{font-size:13px;color:var(--soft)}.tile b{font-size:26px;font-weight:650;line-height:1.25}
.tile small{font-size:12.5px}
section{padding:20px 22px;margin-bottom:16px;break-inside:avoid}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th{font-weight:600;color:var(--soft);font-size:12.5px;text-align:left;vertical-align:bottom}
th,td{padding:6px 10px 6px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
tbody tr:last-child td{border-bottom:0}
.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
.sw{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:8px;vertical-align:-1px;
border:1px solid rgba(128,128,128,.5)}
.m{display:inline-block;position:relative;width:84px;height:8px;background:var(--line);border-radius:4px;
margin-right:10px;vertical-align:1px}
.m em{position:absolute;left:0;top:0;bottom:0;background:var(--accent);border-radius:4px}
.m u{position:absolute;top:3px;height:2px;background:var(--ink)}
.none{color:var(--soft)}
.matrix td,.matrix th{padding:6px 8px;border:0}
.matrix td.c{text-align:center;min-width:46px;border-radius:4px;background:rgba(var(--cell),calc(var(--s)*.75));
border:2px solid var(--card);background-clip:padding-box}
.matrix td.c.z{color:var(--soft);opacity:.5}.matrix td.c.hit{font-weight:650}
.matrix thead th{text-align:center;max-width:110px;overflow-wrap:break-word}
.matrix tbody th{color:var(--ink);font-size:14px;font-weight:400;min-width:104px;overflow-wrap:break-word;
vertical-align:middle}
.maps{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:18px}
figure{margin:0}figure img{width:100%;max-height:520px;object-fit:contain;object-position:left top;
image-rendering:pixelated;border-radius:6px;display:block}
figcaption{font-size:13px;margin-top:6px}
.ramp{display:inline-block;width:90px;height:9px;border-radius:3px;margin:0 6px;vertical-align:-1px}
.warn{margin:0;padding:12px 16px 12px 34px;background:var(--warnbg);color:var(--warn);border-radius:8px}
dl{display:grid;grid-template-columns:minmax(130px,max-content) 1fr;gap:5px 22px;margin:0;font-size:14px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:12px 14px;margin:0 0 14px;
white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,Menlo,Consolas,monospace}
svg{display:block;width:100%;height:auto;max-width:860px}
svg text{fill:var(--soft);font:12px system-ui,sans-serif}svg .ax{stroke:var(--line)}svg .dia{stroke:var(--soft);
stroke-dasharray:4 4}svg .bar{fill:var(--accent)}svg .gap{fill:none;stroke:var(--warn);stroke-dasharray:3 2}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:8px;font-size:13.5px}
.two{display:grid;grid-template-columns:minmax(260px,380px) 1fr;gap:24px;align-items:start}
@media (max-width:700px){.two{grid-template-columns:1fr}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:6px}}
@media print{body{background:#fff}main{padding:0}section,.tile{border-color:#ccc}}
"""
