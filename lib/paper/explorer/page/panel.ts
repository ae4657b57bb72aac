import { html } from "../../../live/page/dom.js";
import type { Grid, PanelPicture, Picture } from "../messages.js";
import { type Domain, ticksOf, valueAt } from "../scale.js";

/** Pixels around the ground of a panel. */
export const margin = { left: 58, right: 10, top: 28, bottom: 40 };
const ink = "#262626";
const faint = "#595959";
const line = "#DDDCD8";

/** Where a pointer is on a panel's ground, 0 to 1 from the left and from below. */
export interface Place {
  x: number;
  y: number;
}

/** What a reader does with a panel. */
export interface PanelEvents {
  /** Corners of what was marked. */
  onBrush(from: Place, to: Place): void;
  /** `run`: place among all runs of what is nearest. */
  onPick(run: number): void;
  /** What stands at a place, in words. */
  tell(run: number, count: number, place: Place): string;
}

/** One panel: its marks on a canvas with axes, what is under the pointer, and a rectangle that is drawn to keep what is in it. */
export class Panel {
  readonly element: HTMLElement;
  readonly #canvas = html("canvas", { role: "img" });
  readonly #brush = html("div", { class: "explorer-brush", hidden: true });
  readonly #hint = html("div", { class: "explorer-hint", hidden: true });
  readonly #picture: PanelPicture;
  readonly #size: { width: number; height: number; left: number };

  constructor(
    picture: PanelPicture,
    axes: Pick<Picture, "x" | "y"> & { grid: Grid; titles: { x: string; y: string } },
    { width, height, events }: { width: number; height: number; events: PanelEvents },
  ) {
    this.#picture = picture;
    this.#size = { width, height, left: leftOf(axes.y, width) };
    this.element = html("div", { class: "explorer-panel" }, this.#canvas, this.#brush, this.#hint);
    const what = `${axes.titles.y} against ${axes.titles.x}`;
    this.#canvas.setAttribute(
      "aria-label",
      `${picture.name && `${picture.name}: `}${what}, ${picture.count} rows`,
    );
    this.#draw(axes);
    this.#listen(axes.grid, events);
  }

  #draw({
    x,
    y,
    grid,
    titles,
  }: {
    x: Domain;
    y: Domain;
    grid: Grid;
    titles: { x: string; y: string };
  }): void {
    const { width, height, left } = this.#size;
    const ratio = devicePixelRatio;
    const canvas = this.#canvas;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d")!;
    pen.scale(ratio, ratio);
    const { width: across, height: up } = this.#ground();
    const font = getComputedStyle(document.body).fontFamily;
    pen.fillStyle = "#FFFFFF";
    pen.fillRect(0, 0, width, height);
    pen.lineWidth = 1;
    pen.font = `12px ${font}`;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    for (const { place, text } of ticksOf(y, Math.max(2, up / 36))) {
      const at = margin.top + up * (1 - place);
      stroke(pen, left, at, left + across, at);
      pen.fillStyle = faint;
      pen.fillText(fitted(pen, text, left - 21), left - 6, at);
    }
    this.#ticksBelow(pen, x);
    pen.drawImage(this.#marks(grid, across, up, ratio), left, margin.top, across, up);
    pen.fillStyle = ink;
    pen.textAlign = "left";
    pen.font = `600 13px ${font}`;
    pen.fillText(fitted(pen, this.#picture.name, width - left), left, 14);
    pen.font = `12px ${font}`;
    pen.textAlign = "center";
    pen.fillText(fitted(pen, titles.x, across), left + across / 2, height - 9);
    pen.translate(9, margin.top + up / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText(fitted(pen, titles.y, height - 24), 0, 0);
  }

  #ticksBelow(pen: CanvasRenderingContext2D, x: Domain): void {
    const { left, top, width: across, height: up } = this.#ground();
    const ticks = ticksOf(x, Math.max(2, across / 56));
    const room = x.kind === "names" ? across / ticks.length - 4 : 52;
    pen.textAlign = "center";
    for (const { place, text } of ticks) {
      const at = left + across * place;
      stroke(pen, at, top, at, top + up);
      pen.fillStyle = faint;
      pen.fillText(fitted(pen, text, room), at, top + up + 12);
    }
  }

  /** Marks in the ground's own pixels. */
  #marks(grid: Grid, across: number, up: number, ratio: number): HTMLCanvasElement {
    const { points, cells } = this.#picture;
    const own = html("canvas");
    if (cells) {
      own.width = grid.columns;
      own.height = grid.rows;
      own.getContext("2d")!.putImageData(new ImageData(cells.pixels, grid.columns, grid.rows), 0, 0);
      // Enlarged without a blur, cells stay cells.
      const large = html("canvas");
      large.width = across * ratio;
      large.height = up * ratio;
      const pen = large.getContext("2d")!;
      pen.imageSmoothingEnabled = false;
      pen.drawImage(own, 0, 0, large.width, large.height);
      return large;
    }
    own.width = across * ratio;
    own.height = up * ratio;
    if (!points) return own;
    const pen = own.getContext("2d")!;
    pen.scale(ratio, ratio);
    pen.globalAlpha = points.x.length > 600 ? 0.5 : 0.75;
    for (let index = 0; index < points.x.length; index++) {
      pen.fillStyle = points.colors[index]!;
      pen.beginPath();
      pen.arc(across * points.x[index]!, up * (1 - points.y[index]!), 3.2, 0, 2 * Math.PI);
      pen.fill();
    }
    return own;
  }

  #ground(): { left: number; top: number; width: number; height: number } {
    const { width, height, left } = this.#size;
    const { top, right, bottom } = margin;
    return { left, top, width: width - left - right, height: height - top - bottom };
  }

  /** The run nearest to a place, and how many rows stand there. */
  #nearest({ x, y }: Place, grid: Grid): { run: number; count: number } | undefined {
    const { points, cells } = this.#picture;
    const { width, height } = this.#ground();
    let found: { run: number; count: number; far: number } | undefined;
    const look = (dx: number, dy: number, run: number, count: number) => {
      const far = Math.hypot(dx * width, dy * height);
      if (far < (found?.far ?? 12)) found = { run, count, far };
    };
    if (points)
      for (let i = 0; i < points.x.length; i++) look(points.x[i]! - x, points.y[i]! - y, points.run[i]!, 1);
    const [column, row] = [Math.floor(x * grid.columns), Math.floor((1 - y) * grid.rows)];
    if (cells)
      for (let down = Math.max(0, row - 3); down <= Math.min(grid.rows - 1, row + 3); down++)
        for (let over = Math.max(0, column - 3); over <= Math.min(grid.columns - 1, column + 3); over++) {
          const cell = down * grid.columns + over;
          const [cx, cy] = [(over + 0.5) / grid.columns, 1 - (down + 0.5) / grid.rows];
          if (cells.count[cell]! > 0) look(cx - x, cy - y, cells.run[cell]!, cells.count[cell]!);
        }
    return found;
  }

  #listen(grid: Grid, { onBrush, onPick, tell }: PanelEvents): void {
    const canvas = this.#canvas;
    const placeOf = ({ clientX, clientY }: PointerEvent): Place => {
      const { left, top } = canvas.getBoundingClientRect();
      const ground = this.#ground();
      const within = (value: number) => Math.max(0, Math.min(1, value));
      return {
        x: within((clientX - left - ground.left) / ground.width),
        y: within(1 - (clientY - top - ground.top) / ground.height),
      };
    };
    let from: Place | undefined;
    const isDrag = (to: Place) => {
      const { width, height } = this.#ground();
      return (
        from !== undefined && (Math.abs(to.x - from.x) * width > 5 || Math.abs(to.y - from.y) * height > 5)
      );
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = placeOf(event);
      // A finger scrolls the page; it picks by a tap.
      if (event.pointerType !== "touch") canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const to = placeOf(event);
      const isBrush = event.pointerType !== "touch" && isDrag(to);
      this.#brush.hidden = !isBrush;
      if (isBrush) this.#showBrush(from!, to);
      const near = isBrush ? undefined : this.#nearest(to, grid);
      this.#hint.hidden = near === undefined;
      if (!near) return;
      this.#hint.textContent = tell(near.run, near.count, to);
      const { width } = this.#size;
      this.#hint.style.insetInlineStart = `${Math.min(event.offsetX + 12, Math.max(0, width - 230))}px`;
      this.#hint.style.top = `${event.offsetY + 14}px`;
    });
    canvas.addEventListener("pointerup", (event) => {
      const to = placeOf(event);
      this.#brush.hidden = true;
      if (event.pointerType !== "touch" && isDrag(to)) onBrush(from!, to);
      else if (from) {
        const near = this.#nearest(to, grid);
        if (near) onPick(near.run);
      }
      from = undefined;
    });
    canvas.addEventListener("pointercancel", () => {
      from = undefined;
      this.#brush.hidden = true;
    });
    canvas.addEventListener("pointerleave", () => {
      this.#hint.hidden = true;
    });
  }

  #showBrush(a: Place, b: Place): void {
    const { left, top, width, height } = this.#ground();
    const { style } = this.#brush;
    style.left = `${left + width * Math.min(a.x, b.x)}px`;
    style.top = `${top + height * (1 - Math.max(a.y, b.y))}px`;
    style.width = `${width * Math.abs(a.x - b.x)}px`;
    style.height = `${height * Math.abs(a.y - b.y)}px`;
  }
}

/** Names need more room than numbers. */
const leftOf = (y: Domain, width: number): number =>
  y.kind === "names"
    ? Math.min(0.35 * width, 40 + 7 * Math.max(...y.levels.map(({ length }) => length)))
    : margin.left;

/** What stands at a place of an axis: a number, or a name. */
export function valueText(domain: Domain, place: number): number | string {
  if (domain.kind !== "names") return valueAt(domain, place);
  return domain.levels[Math.min(domain.levels.length - 1, Math.floor(place * domain.levels.length))] ?? "";
}

function stroke(pen: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  pen.strokeStyle = line;
  pen.beginPath();
  pen.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
  pen.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  pen.stroke();
}

/** A text, cut off where there is no room for it. */
function fitted(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text;
  let length = text.length;
  while (length > 1 && pen.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}
