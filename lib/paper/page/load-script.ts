/** Loads one of the site's scripts, once it is needed. Rejects where it is missing. */
export const loadScript = (src: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => reject(new Error(`${src} is missing`)));
    document.head.append(script);
  });
