import MarkdownIt from "markdown-it";

export interface HeadingPlace {
  /** 1 to 6. */
  level: number;
  /** As written. */
  text: string;
  /** Its first line and the one after its last, from 0. */
  lines: [start: number, end: number];
}

const markdown = new MarkdownIt({ html: true });

/** The headings of a Markdown text: what is in code, lists or quotes is none. */
export function headingsIn(text: string): HeadingPlace[] {
  const tokens = markdown.parse(text, {});
  return tokens.flatMap(({ type, level, tag, map }, index) =>
    type === "heading_open" && level === 0 && map
      ? [{ level: Number(tag.slice(1)), text: tokens[index + 1]!.content.trim(), lines: map }]
      : [],
  );
}

/** A text without the lines of a heading. */
export function withoutHeading(text: string, { lines: [start, end] }: HeadingPlace): string {
  const lines = text.split("\n");
  return [...lines.slice(0, start), ...lines.slice(end)].join("\n");
}

/** Cuts a section out of a text: its heading, and what follows up to the next one of its level or above. */
export function splitSection(text: string, title: string): { rest: string; section: string | undefined } {
  const headings = headingsIn(text);
  const at = headings.findIndex((heading) => heading.level === 2 && heading.text === title);
  if (at < 0) return { rest: text, section: undefined };
  const lines = text.split("\n");
  const { level, lines: place } = headings[at]!;
  const end = headings.slice(at + 1).find((next) => next.level <= level)?.lines[0] ?? lines.length;
  return {
    rest: [...lines.slice(0, place[0]), ...lines.slice(end)].join("\n"),
    section: lines.slice(place[1], end).join("\n"),
  };
}
