"""Files a handler or an uploader may leave behind, and words a paper may bring, that run script where they are let.

Each calls `ran(...)`, which a test gives every page, frames of any origin included.
"""

from __future__ import annotations

import json

OF_THE_VIEWER = "said by a PDF to its viewer"
SCRIPT = "<script>ran('script')</script>"
MARKUP = f"""<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=javascript:ran('meta')">
{SCRIPT}<img src=x onerror="ran('image')"><svg onload="ran('svg')"></svg>
<details open ontoggle="ran('details')">x</details>
<iframe srcdoc="<script>parent.ran('srcdoc')</script>"></iframe><iframe src="javascript:ran('frame')"></iframe>
<object data="data:text/html,{SCRIPT}"></object><embed src="data:text/html,{SCRIPT}">
<input autofocus onfocus="ran('focus')"><video><source onerror="ran('video')"></video><body onload="ran('body')">
<form action="javascript:ran('form')"><button autofocus>Click</button></form>
<a href="javascript:ran('link')">Click</a>"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="9" height="9"
 onload="ran('onload')"><script>ran('inner')</script><a x:href="javascript:ran('link')"><text y="9">Click</text></a>
<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml" onload="ran('foreign')"><img src="x"
 onerror="ran('image')"/></body></foreignObject><animate onbegin="ran('animate')" attributeName="x" dur="1s"/>
<use x:href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' onload='ran(1)'/%3E"/></svg>"""
XML = """<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="data:text/xml,%3Cx:stylesheet version='1.0'
 xmlns:x='http://www.w3.org/1999/XSL/Transform'%3E%3Cx:template match='/'%3E%3Cscript%3Eran('xslt')%3C/script%3E
%3C/x:template%3E%3C/x:stylesheet%3E"?><html xmlns="http://www.w3.org/1999/xhtml"><script>ran('xhtml')</script></html>"""
MARKDOWN = f"""# {SCRIPT} <img src=x onerror=ran('image')>

[Click](javascript:ran('link')) [Click](JaVaScRiPt&colon;ran(1))
[Click](data:text/html,{SCRIPT}) <javascript:ran(1)>
![Click](x"onerror="ran(1)) [Click][x] [Click](<java\tscript:ran(1)>) [Click](https://x"onmouseover="ran(1)) `{SCRIPT}`

[x]: javascript:ran('reference') "\\" onmouseover=ran(1)"

|{SCRIPT}|<b onclick=ran(1)>Click</b>|
|-|-|
"""
PDF = f"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert('{OF_THE_VIEWER}'); ran('action'))>>
/AA<</WC 4 0 R>>>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 99 99]
/A<</S/URI/URI(javascript:ran('link'))>>>>]/AA<</O 4 0 R>>>>endobj
4 0 obj<</S/Launch/F(/bin/sh)/Next<</S/JavaScript/JS(ran('open'))>>>>endobj
trailer<</Root 1 0 R>>
{SCRIPT}<body onload=ran('polyglot')>
%%EOF"""
SHEET = f"paper,note\n=HYPERLINK(\"javascript:ran(1)\"),{SCRIPT}\n@SUM(1),<img src=x onerror=ran('cell')>\n"
NAME = "\"><img src=x onerror=ran('name')>"

LINES = f"\x1b]8;;javascript:ran(1)\x1b\\Click\x1b]8;;\x1b\\ \x1b[31m{SCRIPT}\x1b[<b>\n\u202e{MARKUP}"

FILES: dict[str, tuple[str, str]] = {
    "page.html": ("text/html", MARKUP),
    "page.bin": ("text/html", MARKUP),
    "page.xhtml": ("application/xhtml+xml", XML),
    "drawing.svg": ("image/svg+xml", SVG),
    "drawing.png": ("image/png", SVG),
    "page.gif": ("image/gif", f"GIF89a/*{MARKUP}*/=ran('gif')"),
    "sheet.xml": ("text/xml", XML),
    "other.xml": ("application/xml", XML),
    "notes.md": ("text/markdown", MARKDOWN),
    "words.txt": ("text/plain", f"<!DOCTYPE html><html>{MARKUP}"),
    "log.log": ("text/plain", LINES),
    "tree.json": ("application/json", json.dumps({SCRIPT: [MARKUP, {NAME: SVG}]})),
    "lines.ndjson": ("application/x-ndjson", json.dumps({"a": MARKUP}) + "\n"),
    "row.csv": ("text/csv", SHEET),
    "rows.tsv": ("text/tab-separated-values", SHEET.replace(",", "\t")),
    "code.js": ("text/javascript", "ran('code')"),
    "unknown": ("application/octet-stream", MARKUP),
    "parts.txt": ("multipart/x-mixed-replace; boundary=x", f"--x\nContent-Type: text/html\n\n{MARKUP}\n--x--"),
    "paper.pdf": ("application/pdf", PDF),
    "pretended.pdf": ("application/pdf", MARKUP),
    f"{NAME}.txt": ("text/plain", "A name that is markup.\n"),
    "javascript:ran('name')": ("text/html", MARKUP),
}
