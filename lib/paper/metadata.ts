import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { messageOf, UserError } from "../errors.js";
import { projectRoot } from "../paths.js";
import type { Reference } from "./bibliography.js";
import { escapeHtml, html, type Markup, raw } from "./html.js";

/** What `CITATION.cff` says of this collection. */
export interface Citation {
  title: string;
  authors: string[];
  license?: string | undefined;
  keywords: string[];
}

/** What the pages of one site have in common for tools that read them. */
export interface SiteAbout {
  citation: Citation;
  /** The paper whose claims are tested. */
  paper: Reference | undefined;
  /** Address of the site on the web, with its slash; undefined where it has none. */
  base: string | undefined;
}

export interface PageAbout {
  title: string;
  description: string;
  /** Relative to the site. */
  address: string;
  /** Of a picture that stands for the page, relative to the site. */
  image?: string | undefined;
}

const person = z.union([
  z.object({ name: z.string() }).transform(({ name }) => name),
  z
    .object({ "given-names": z.string(), "family-names": z.string() })
    .transform((names) => `${names["given-names"]} ${names["family-names"]}`),
]);

const citation = z.object({
  title: z.string(),
  authors: z.array(person).min(1),
  license: z.string().optional(),
  keywords: z.array(z.string()).default([]),
});

/** Reads `CITATION.cff`. Throws `UserError` where it cannot be read or lacks title or authors. */
export function readCitation(path = join(projectRoot, "CITATION.cff")): Citation {
  try {
    return citation.parse(parse(readFileSync(path, "utf8")));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new UserError(
      `${path} cannot be read (${why.split("\n")[0]}). Restore it: git checkout -- CITATION.cff`,
      { cause: error },
    );
  }
}

/**
 * A page's head for others than its reader: a link's preview (Open Graph), Google Scholar's and Zotero's citation tags,
 * and schema.org's terms. Addresses are whole ones, so that they stand there only where the site has one.
 */
export function metadata({ title, description, address, image }: PageAbout, about: SiteAbout): Markup {
  const { citation, paper, base } = about;
  const isContents = address === "index.html";
  const url = base && base + (isContents ? "" : address);
  const picture = base && image && base + image;
  const named = (name: string, content: string | undefined) =>
    content !== undefined && html`<meta name="${name}" content="${content}">\n`;
  const open = (property: string, content: string | undefined) =>
    content !== undefined && html`<meta property="og:${property}" content="${content}">\n`;
  const publisher = citation.authors.map((name) => ({ "@type": "Organization", name }));
  const linked = {
    "@context": "https://schema.org",
    "@type": isContents ? "Report" : "ScholarlyArticle",
    ...{ headline: title, description, author: publisher, inLanguage: "en", keywords: citation.keywords },
    ...(url && { url }),
    ...(picture && { image: picture }),
    ...(citation.license && { license: `https://spdx.org/licenses/${citation.license}` }),
    ...(!isContents && { isPartOf: { "@type": "Report", name: citation.title } }),
    ...(paper && {
      isBasedOn: {
        "@type": "ScholarlyArticle",
        ...{ headline: paper.title, url: paper.url, datePublished: String(paper.year) },
        author: paper.authors.map((name) => ({ "@type": "Person", name })),
      },
    }),
  };
  return html`${url && html`<link rel="canonical" href="${url}">\n`}${open("type", isContents ? "website" : "article")}${open("site_name", citation.title)}${open("title", title)}${open("description", description)}${open("url", url)}${open("image", picture)}${named("twitter:card", picture ? "summary_large_image" : "summary")}${named("citation_title", title)}${citation.authors.map((author) => named("citation_author", author))}${named("citation_language", "en")}${named("citation_technical_report_institution", citation.title)}${named("citation_public_url", url)}${named("citation_fulltext_html_url", url)}${paper && named("citation_reference", scholarReference(paper))}<script type="application/ld+json">${raw(inScript(linked))}</script>`;
}

const scholarReference = ({ title, authors, year }: Reference): string =>
  [
    `citation_title=${title}`,
    ...authors.map((author) => `citation_author=${author}`),
    `citation_publication_date=${year}`,
  ].join("; ");

/** JSON that cannot end the element it stands in. */
const inScript = (value: unknown): string => JSON.stringify(value).replace(/</g, "\\u003c");

/** The site's pages for search engines. */
export const sitemap = (pages: readonly string[], base: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${pages.map((page) => `<url><loc>${escapeHtml(base + (page === "index.html" ? "" : page))}</loc></url>`).join("\n")}
</urlset>
`;
