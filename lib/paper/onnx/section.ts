import { html, type Markup, raw } from "../html.js";

/** The notebook in whose page a reader's own model is inspected. */
export const networkStem = "23-your-network";

/** Loads what makes the section live: goes into the head of its page. */
export const networkScript = (): Markup =>
  raw('<link rel="stylesheet" href="network/network.css"><script src="network/network.js" defer></script>');

export const networkHeading = { level: 2, id: "your-network-here", text: "Your network, here" } as const;

/** A place for a model and images. Nothing is loaded, and nothing leaves the page, before its button is pressed. */
export const networkSection = (): Markup => html`<section data-your-network>
<h2 id="${networkHeading.id}">${networkHeading.text}</h2>
<p>Give an ONNX model and images such as it was made for: the report and the smaller model come back. All of it happens in this page; nothing is sent anywhere. The button first loads ONNX Runtime (14 MB).</p>
<noscript><p>This takes JavaScript.</p></noscript>
<form hidden>
<div class="drop"><p>Drop an <code>.onnx</code> file and images here, or choose them:</p>
<label>Model <input type="file" name="model" accept=".onnx"></label>
<label>Images <input type="file" name="images" accept="image/*" multiple></label></div>
<details><summary>How its images are normalized</summary>
<p>Pixels of 0 to 1, less the mean, divided by the deviation; left empty, what the model says of itself, else ImageNet's.</p>
<label>Mean <input name="mean" placeholder="0.485, 0.456, 0.406"></label>
<label>Deviation <input name="std" placeholder="0.229, 0.224, 0.225"></label>
<label>Side, pixels, where the model leaves it open <input name="size" inputmode="numeric" placeholder="224"></label></details>
<p class="buttons"><button type="submit" class="run" disabled>Inspect and cut</button> <button type="button" class="stop" hidden>Stop</button></p>
<p class="status" role="status"></p></form>
<div class="report"></div></section>`;
