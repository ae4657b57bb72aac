/** What the machinery for editing and running cells hands out. */
interface Machinery {
  openWorkbench(details?: HTMLDetailsElement): Promise<void>;
}

let loading: Promise<Machinery> | undefined;

/** Loaded when a reader asks for it, and never before. */
function load(): Promise<Machinery> {
  loading ??= import(new URL("cells/workbench.js", document.baseURI).href) as Promise<Machinery>;
  return loading;
}

/**
 * Gives each code cell a button that makes the page's cells editable, where the site has the machinery. An address that
 * carries changed cells shows them only when the reader wants to see them.
 */
export function offerEditing(): void {
  if (document.querySelector("main[data-cells]") === null) return;
  const buttons = [...document.querySelectorAll<HTMLDetailsElement>("details.code")].map((details) => {
    const button = buttonOf("Edit and run");
    const bar = document.createElement("div");
    bar.className = "cell-offer";
    bar.append(button);
    details.append(bar);
    button.addEventListener("click", () => void open(button, details));
    return bar;
  });
  const open = async (button: HTMLButtonElement, details?: HTMLDetailsElement) => {
    button.disabled = true;
    button.textContent = "Loads ...";
    try {
      const { openWorkbench } = await load();
      await openWorkbench(details);
      for (const bar of buttons) bar.remove();
      button.closest(".notice")?.remove();
    } catch (error) {
      button.disabled = false;
      button.textContent = `Try again (${error instanceof Error ? error.message : String(error)})`;
      loading = undefined;
    }
  };
  if (location.hash.startsWith("#cells=")) offerCarried(open);
}

function offerCarried(open: (button: HTMLButtonElement) => Promise<void>): void {
  const notice = document.createElement("p");
  notice.className = "notice carried-cells";
  const button = buttonOf("Show them");
  button.addEventListener("click", () => void open(button));
  notice.append(
    "This link brings code for cells of this page, written by whoever made the link. It is shown, and runs, only when you say so. ",
    button,
  );
  document.querySelector("main")!.before(notice);
}

function buttonOf(text: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  return button;
}
