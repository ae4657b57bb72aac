/** The tags that Plotly draws in a text; any other "<" is a sign, as in "|γ| < 10⁻³". */
const tag = /<\/?(?:a|b|br|em|i|s|span|sub|sup|u)\b[^<>]*>/gi;

const entities: Record<string, string> = {
  ...{ amp: "&", lt: "<", gt: ">", nbsp: "\u00a0", times: "×", plusmn: "±", deg: "°", mu: "μ" },
};

const raised: Record<string, string> = Object.fromEntries(
  [..."0123456789+−-()nix"].map((sign, index) => [sign, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿⁱˣ"][index]!]),
);

/** A text of a Plotly figure without its markup: "10<sup>−3</sup>" is "10⁻³". */
export const plainText = (text: string): string =>
  text
    .replace(/<sup>([^<>]*)<\/sup>/gi, (_, power: string) =>
      [...power].every((sign) => raised[sign])
        ? [...power].map((sign) => raised[sign]).join("")
        : `^${power}`,
    )
    .replace(/<br\s*\/?>/gi, " ")
    .replace(tag, "")
    .replace(
      /&(?:([a-z]+)|#(\d+)|#x([\da-f]+));/gi,
      (whole, name?: string, decimal?: string, hex?: string) => {
        if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
        const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    )
    .replace(/[^\S\u00a0]+/g, " ")
    .trim();
