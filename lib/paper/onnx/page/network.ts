import type { NetworkReport, NetworkRequest } from "../messages.js";

/** Address of the worker, beside this script. */
const workerScript = new URL("worker.js", (document.currentScript as HTMLScriptElement).src);

for (const section of document.querySelectorAll<HTMLElement>("[data-your-network]")) start(section);

function start(section: HTMLElement): void {
  const part = <E extends Element>(selector: string): E => section.querySelector<E>(selector)!;
  const [form, drop, status, report] = [
    part<HTMLFormElement>("form"),
    part<HTMLElement>(".drop"),
    part<HTMLElement>(".status"),
    part<HTMLElement>(".report"),
  ];
  const [run, stop] = [part<HTMLButtonElement>(".run"), part<HTMLButtonElement>(".stop")];
  const field = (name: string) => part<HTMLInputElement>(`input[name="${name}"]`);
  const say = (text: string, isWrong = false) => {
    status.textContent = text;
    status.classList.toggle("wrong", isWrong);
  };
  let worker: Worker | undefined;
  let links: string[] = [];

  const update = () => {
    const [models, images] = [field("model").files!, field("images").files!];
    run.disabled = worker !== undefined || models.length === 0 || images.length === 0;
    stop.hidden = worker === undefined;
  };
  const end = () => {
    worker?.terminate();
    worker = undefined;
    update();
  };

  const take = (files: FileList) => {
    const [model, images] = [new DataTransfer(), new DataTransfer()];
    for (const file of files) (/\.onnx$/i.test(file.name) ? model : images).items.add(file);
    if (model.files.length > 1) return say("Give one model at a time.", true);
    if (model.files.length > 0) field("model").files = model.files;
    if (images.files.length > 0) field("images").files = images.files;
    say("");
    update();
  };
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer) take(event.dataTransfer.files);
  });

  const show = ({ report: text, page, model }: Extract<NetworkReport, { type: "done" }>, name: string) => {
    for (const link of links) URL.revokeObjectURL(link);
    links = [];
    const download = (content: BlobPart, file: string, said: string) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([content]));
      links.push(link.href);
      Object.assign(link, { download: file, textContent: said });
      return link;
    };
    const stem = name.replace(/\.onnx$/i, "");
    const row = document.createElement("p");
    if (model) {
      const size =
        model.length < 1e6
          ? `${(model.length / 1e3).toFixed(0)} kB`
          : `${(model.length / 1e6).toFixed(1)} MB`;
      row.append(download(model, `${stem}-smaller.onnx`, `The smaller model (${size})`), " · ");
    } else row.append("Nothing of it can be cut. ");
    row.append(download(page, `${stem}.html`, "The report as a page"));
    // The worker escaped all names in it.
    report.innerHTML = text;
    report.prepend(row);
    say("Done.");
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = read(field);
    if (typeof request === "string") return say(request, true);
    report.replaceChildren();
    worker = new Worker(workerScript, { type: "module" });
    update();
    const fail = (message: string) => {
      end();
      say(message, true);
    };
    worker.onmessage = ({ data }: MessageEvent<NetworkReport>) => {
      if (data.type === "stage") return say(`${data.text} …`);
      if (data.type === "failed") return fail(inWords(data.message));
      end();
      show(data, request.model.name);
    };
    worker.onerror = () =>
      fail("Its machinery did not load. Load the page again, or serve the site from a server.");
    say("Starting …");
    worker.postMessage(request);
  });
  stop.addEventListener("click", () => {
    end();
    say("Stopped.");
  });
  form.addEventListener("change", update);
  form.hidden = false;
  update();
}

/** The form as a request; what is wrong with it where something is. */
function read(field: (name: string) => HTMLInputElement): NetworkRequest | string {
  const numbers = (name: "mean" | "std") => {
    const text = field(name).value.trim();
    return text === "" ? undefined : text.split(/[\s,;]+/).map(Number);
  };
  const [mean, std] = [numbers("mean"), numbers("std")];
  const are = (values: number[] | undefined, fits: (value: number) => boolean) =>
    values === undefined || ([1, 3].includes(values.length) && values.every(fits));
  if (!are(mean, Number.isFinite)) return "The mean takes one number, or three with commas.";
  if (!are(std, (value) => Number.isFinite(value) && value > 0))
    return "The deviation takes one number above 0, or three with commas.";
  const sideText = field("size").value.trim();
  const size = sideText === "" ? undefined : Number(sideText);
  if (size !== undefined && !(Number.isInteger(size) && size >= 1 && size <= 4096))
    return "The side takes a number of pixels from 1 to 4096.";
  const [model, images] = [field("model").files![0]!, [...field("images").files!]];
  return { model, images, mean, std, size };
}

/** The library's messages name options of its commands. */
const inWords = (message: string): string =>
  message.replace(
    /--(size|mean|std)\b/g,
    (_, name) => ({ size: "Side", mean: "Mean", std: "Deviation" })[name as "size"],
  );
