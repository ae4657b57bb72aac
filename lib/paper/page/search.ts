import MiniSearch, { type SearchResult } from "minisearch";
import type { SearchEntry } from "../search.js";

/** What the page's scripts share: the entries, which a script of their own brings, and the way to open the search. */
interface SearchGlobal {
  searchData: SearchEntry[];
  openSearch?: () => void;
}

const shared = globalThis as unknown as SearchGlobal;
const mostResults = 20;
/** Letters of text around what was found. */
const around = 70;

const index = new MiniSearch<SearchEntry & { id: number }>({
  fields: ["title", "heading", "text"],
  storeFields: ["title", "heading", "href", "text"],
  // "L2" and "γ" are words here.
  tokenize: (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [],
  searchOptions: {
    boost: { heading: 3, title: 2 },
    prefix: true,
    fuzzy: (word) => (word.length > 4 ? 0.2 : false),
    combineWith: "AND",
  },
});
index.addAll(shared.searchData.map((entry, id) => ({ ...entry, id })));

const dialog = document.createElement("dialog");
dialog.className = "search";
dialog.setAttribute("aria-label", "Search all pages");
const form = document.createElement("form");
form.method = "dialog";
const input = document.createElement("input");
input.type = "search";
input.placeholder = "Search all pages";
input.setAttribute("aria-label", "Search all pages");
const close = document.createElement("button");
close.textContent = "Close";
const status = document.createElement("p");
status.setAttribute("role", "status");
const list = document.createElement("ol");
form.append(input, close);
dialog.append(form, status, list);
document.body.append(dialog);

input.addEventListener("input", show);
// A line break in the field is no wish to close the search: it opens what was found first.
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  list.querySelector("a")?.click();
});
dialog.addEventListener("click", ({ target }) => {
  if (target === dialog || (target instanceof Element && target.closest("a"))) dialog.close();
});

shared.openSearch = () => {
  dialog.showModal();
  input.select();
};

function show(): void {
  const words = input.value.trim();
  const results = words === "" ? [] : index.search(words);
  list.replaceChildren(...results.slice(0, mostResults).map(resultItem));
  if (words === "") status.textContent = "";
  else if (results.length === 0) status.textContent = "Nothing is found.";
  else {
    const shown = results.length > mostResults ? `, ${mostResults} of them shown` : "";
    status.textContent = `${results.length} ${results.length === 1 ? "section" : "sections"}${shown}`;
  }
}

function resultItem({ title, heading, href, text, terms }: SearchResult): HTMLLIElement {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = href as string;
  link.textContent = heading === "" ? title : `${heading} · ${title}`;
  const excerpt = document.createElement("p");
  excerpt.append(...markedExcerpt(text as string, terms));
  item.append(link, excerpt);
  return item;
}

/** The text around the first word that was found, with all of them marked. */
function markedExcerpt(text: string, terms: readonly string[]): (string | Node)[] {
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const first = pattern.exec(text)?.index ?? 0;
  const start = first <= around ? 0 : text.indexOf(" ", first - around) + 1;
  const end = Math.min(text.length, first + 2 * around);
  const parts = text.slice(start, end).split(pattern);
  return [
    start > 0 ? "… " : "",
    ...parts.map((part, index) => {
      if (index % 2 === 0) return part;
      const marked = document.createElement("mark");
      marked.textContent = part;
      return marked;
    }),
    end < text.length ? " …" : "",
  ];
}
