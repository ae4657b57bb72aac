import { loadScript } from "./load-script.js";

/**
 * The bar's switches: the search, dark or light, and all code shown or folded. They need scripts, so they appear with
 * them.
 */
export function addSwitches(): void {
  addSearchSwitch(document.getElementById("search-switch") as HTMLButtonElement);
  addThemeSwitch(document.getElementById("theme-switch") as HTMLButtonElement);
  addCodeSwitch(document.getElementById("code-switch") as HTMLButtonElement);
}

function addThemeSwitch(button: HTMLButtonElement): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => {
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to the ${isDark() ? "light" : "dark"} theme`);
  };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // A browser may refuse to remember; the page changes all the same.
    }
    label();
  });
  system.addEventListener("change", label);
  label();
  button.hidden = false;
}

function addCodeSwitch(button: HTMLButtonElement): void {
  const cells = document.querySelectorAll<HTMLDetailsElement>("details.code");
  if (cells.length === 0) return;
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    for (const cell of cells) cell.open = shown;
    button.setAttribute("aria-pressed", String(shown));
    button.textContent = shown ? "Hide code" : "Show code";
  });
  button.hidden = false;
}

/** The search and what it looks through are loaded when they are asked for; "/" asks too. */
function addSearchSwitch(button: HTMLButtonElement): void {
  const shared = globalThis as { openSearch?: () => void };
  let loading: Promise<void> | undefined;
  const open = async () => {
    loading ??= loadScript("assets/search-data.js").then(() => loadScript("assets/search.js"));
    await loading;
    shared.openSearch?.();
  };
  button.addEventListener("click", () => void open());
  addEventListener("keydown", (event) => {
    const isTyping = (event.target as Element | null)?.closest?.(
      "input, textarea, select, [contenteditable]",
    );
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    void open();
  });
  button.hidden = false;
}
