import { decades } from "../../onnx/histograms.js";
import type { CutReport, InspectionReport } from "../../onnx/prove.js";
import {
  inspectionTable,
  keptLines,
  modelLatencyTable,
  proofTable,
  savingsTable,
} from "../../tables/onnx.js";
import { renderTable } from "../../tables/render.js";
import { sortScript } from "../../tables/sortable.js";
import type { Table } from "../../tables/table.js";
import { html, type Markup, raw } from "../html.js";

/** An inspection, with the proof of a cut where there was one. */
export type ShownReport = InspectionReport & Partial<CutReport>;

/** A report as a page that needs nothing else: no script from elsewhere, no font, no picture. */
export function reportPage(report: ShownReport): string {
  return `<!doctype html>${html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${report.model}: inactive filters</title><style>${raw(style)}</style></head><body><main><h1>Inactive filters of ${report.model}</h1>${reportBody(report, { sortable: true })}</main></body></html>`}\n`;
}

/** What a report says, from the sum to the layers. */
export function reportBody(report: ShownReport, { sortable = false } = {}): Markup {
  const { before, after, layers, proof, latency, histograms } = report;
  const table = (one: Table) =>
    html`<div class="table">${raw(renderTable(one, "html"))}${sortable && raw(sortScript)}</div>`;
  const kept = keptLines(layers);
  return html`<p class="sum">${sentence(report)}</p>
<h2>What cutting saves</h2>${table(savingsTable(before, after))}
${proof && html`<h2>What changes</h2>${table(proofTable(proof))}`}
${latency && html`<h2>Time</h2>${table(modelLatencyTable(latency.latencies, before.macs / after.macs))}<p class="note">${latency.runtime}, ${latency.processor}.</p>`}
<h2>Layer by layer</h2>${table(inspectionTable(report))}
${kept.length > 0 && html`<ul>${kept.map((line) => html`<li>${line}</li>`)}</ul>`}
${
  histograms &&
  html`<h2>How large the filters are</h2><p class="note">Filters by decade, from 10<sup>${decades[0]}</sup> or less on the left to above 10<sup>${decades.at(-1)}</sup> on the right.</p><div class="table"><table><thead><tr><th scope="col">layer</th><th scope="col">largest activation</th><th scope="col">|gamma|</th></tr></thead><tbody>${layers.map(
    ({ name }, index) =>
      html`<tr><th scope="row">${name}</th>${[histograms[index]!.activation, histograms[index]!.gamma].map((counts) => html`<td>${counts ? bars(counts) : "–"}</td>`)}</tr>`,
  )}</tbody></table></div>`
}`;
}

function sentence({ layers, images, before, after, proof }: ShownReport): string {
  const sum = (of: (layer: (typeof layers)[number]) => number) =>
    layers.reduce((total, layer) => total + of(layer), 0);
  const idle = sum(({ inactiveByActivation, constant }) => inactiveByActivation + constant);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const saved = `${sum(({ cut }) => cut)} can be cut, which saves ${percent(1 - after.macs / before.macs)} of the multiply-accumulates and ${percent(1 - after.parameters / before.parameters)} of the parameters`;
  const proven = proof
    ? `; the outputs then differ by ${proof.chosenOn.largest.toExponential(1)} of their scale at most`
    : "";
  return `${idle} of ${sum(({ filters }) => filters)} filters and units do the same on all ${images} images. ${saved}${proven}.`;
}

const [step, height] = [9, 24];

/** A histogram as a drawing whose text says its numbers. */
function bars(counts: readonly number[]): Markup {
  const most = Math.max(...counts);
  const said = counts.flatMap((count, bin) => {
    const range = bin === 0 ? `at most 1e${decades[0]}` : `above 1e${decades[bin - 1]}`;
    return count > 0 ? [`${count} ${range}`] : [];
  });
  const one = (count: number, bin: number) => {
    const tall = count === 0 ? 0 : Math.max(2, (height * count) / most);
    return html`<rect x="${bin * step}" y="${height - tall}" width="${step - 1}" height="${tall}"/>`;
  };
  return html`<svg role="img" aria-label="${said.join(", ")}" width="${counts.length * step}" height="${height}" fill="currentColor"><title>${said.join(", ")}</title>${counts.map(one)}</svg>`;
}

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:auto;padding:1.5rem}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin-top:2rem}.table{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}
th,td{padding:.25rem .7rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}th{font-weight:600}tbody th{font-weight:400;text-align:left}
thead th button{all:unset;cursor:pointer}svg{color:#332288;display:block}.note,small{color:color-mix(in srgb,currentColor 70%,transparent);font-size:.85rem}
@media(prefers-color-scheme:dark){svg{color:#b3a7f0}}`;
