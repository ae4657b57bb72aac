import type { Page } from "playwright-core";

/** A figure with more marks than this has them as one picture in its vector formats. */
const mostMarks = 2000;

interface Size {
  width: number;
  height: number;
}

/**
 * A drawing by Plotly whose marks, where they are many, are an embedded picture: axes, lines and text stay vectors, and a
 * scatter of every filter stays small. Drawings with few marks are left as they are.
 *
 * @param scale pixels of the picture per unit of the drawing
 */
export const withRasterMarks = (page: Page, svg: string, size: Size, scale: number): Promise<string> =>
  (svg.match(/class="point"/g) ?? []).length <= mostMarks
    ? Promise.resolve(svg)
    : page.evaluate(
        async ([source, { width, height }, scale]) => {
          const parse = () => new DOMParser().parseFromString(source, "image/svg+xml");
          const write = (drawing: Document) => new XMLSerializer().serializeToString(drawing);
          const isMarks = (group: Element) => group.querySelector(":scope > path.point") !== null;
          const marksIn = (drawing: Document) => [...drawing.querySelectorAll("g.points")].filter(isMarks);

          const marksOnly = parse();
          marksOnly.documentElement.setAttribute("style", "visibility:hidden");
          // A clip that is hidden lets nothing through.
          for (const part of [...marksIn(marksOnly), ...marksOnly.querySelectorAll("defs")])
            part.setAttribute("style", "visibility:visible");
          const image = new Image();
          image.src = URL.createObjectURL(new Blob([write(marksOnly)], { type: "image/svg+xml" }));
          await image.decode();
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [Math.round(scale * width), Math.round(scale * height)];
          canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
          URL.revokeObjectURL(image.src);

          const rest = parse();
          const panels = rest.querySelector("g.cartesianlayer")!;
          for (const group of marksIn(rest)) group.replaceChildren();
          const picture = rest.createElementNS("http://www.w3.org/2000/svg", "image");
          const place = { x: 0, y: 0, width, height, href: canvas.toDataURL("image/png") };
          for (const [name, value] of Object.entries(place)) picture.setAttribute(name, String(value));
          panels.after(picture);
          return write(rest);
        },
        [svg, size, scale] as const,
      );
