/** What the library and cells use of Node's `os`. */
export const tmpdir = (): string => "/tmp";
export const cpus = (): { model: string }[] =>
  Array.from({ length: navigator.hardwareConcurrency }, () => ({ model: "a browser's" }));
export const availableParallelism = (): number => navigator.hardwareConcurrency;
/** Browsers tell no more than 8 GiB, and some nothing. */
export const totalmem = (): number => ((navigator as { deviceMemory?: number }).deviceMemory ?? 4) * 2 ** 30;
export const hostname = (): string => "page";
export const platform = (): string => "browser";
export const endianness = (): "LE" => "LE";
