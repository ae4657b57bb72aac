import { expect, test } from "vitest";
import { raw } from "../../lib/paper/html.js";
import { searchEntries } from "../../lib/paper/search.js";

const page = { title: "Layers", address: "04-layers.html" };

test("a page is found by its sections: what a reader reads, and nothing else", () => {
  const entries = searchEntries(
    raw(`<header><h1>Layers</h1><p>Early &amp; late.</p></header>
<h2 id="why">Why <span class="katex"><span class="katex-mathml"><math><mi>γ</mi><annotation>\\gamma</annotation></math></span><span class="katex-html">γ</span></span></h2>
<p>First</p><p>second.</p><details class="code"><pre>const hidden = 1;</pre></details>
<ul><li>one</li><li>two</li></ul><div hidden>a term</div><script>x()</script>
<details class="fold"><summary><h2 id="arms">The arms</h2></summary><table><tr><td>a</td><td>b</td></tr></table></details>
<h3>Without a name</h3><div class="figure-links">CSV</div>`),
    page,
  );
  expect(entries).toEqual([
    { title: "Layers", heading: "", href: "04-layers.html", text: "Early & late." },
    { title: "Layers", heading: "Why γ", href: "04-layers.html#why", text: "First second. one two" },
    { title: "Layers", heading: "The arms", href: "04-layers.html#arms", text: "a b" },
    { title: "Layers", heading: "Without a name", href: "04-layers.html", text: "" },
  ]);
});

test("a page without text has no entries", () => {
  expect(searchEntries(raw("<script>x()</script>"), page)).toEqual([]);
});
