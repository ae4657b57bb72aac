import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { projectRoot } from "../lib/paths.js";

const read = (path: string) => readFileSync(join(projectRoot, path), "utf8");
const project = JSON.parse(read("package.json")) as Record<string, string>;

it("one version, licence, title and authorship stand in all files that say who this is", () => {
  const citation = parse(read("CITATION.cff")) as Record<string, unknown> & {
    authors: { name: string }[];
    "preferred-citation": { title: string; url: string };
  };
  const codemeta = JSON.parse(read("codemeta.json")) as Record<string, unknown>;
  const library = JSON.parse(read("lib/package.json")) as Record<string, string>;
  const { version, license } = project;
  expect(library).toMatchObject({ version, license });
  expect(citation).toMatchObject({ version, license });
  expect(codemeta).toMatchObject({ version, license: `https://spdx.org/licenses/${license}` });
  expect(codemeta.name).toBe(citation.title);
  expect(codemeta.keywords).toEqual(citation.keywords);
  expect(codemeta.author).toEqual(citation.authors.map(({ name }) => ({ "@type": "Organization", name })));
  const { title, url } = citation["preferred-citation"];
  expect(codemeta.referencePublication).toMatchObject({ name: title, identifier: url });
  expect(read("LICENSE")).toContain("MIT License");
});

it("codemeta.json uses CodeMeta's and schema.org's terms for software", () => {
  const { "@context": context, ...codemeta } = JSON.parse(read("codemeta.json")) as Record<string, unknown>;
  expect(context).toBe("https://w3id.org/codemeta/3.0");
  const terms =
    "@type name description version license author programmingLanguage runtimePlatform operatingSystem softwareRequirements softwareSuggestions keywords applicationCategory developmentStatus referencePublication readme buildInstructions";
  expect(Object.keys(codemeta).filter((term) => !terms.split(" ").includes(term))).toEqual([]);
});

it("the changelog has the version", () => {
  expect(read("CHANGELOG.md")).toContain(`## ${project.version}\n`);
});
