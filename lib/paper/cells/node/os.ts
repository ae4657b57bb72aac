/** What the library and cells use of Node's `os`. */
export const tmpdir = (): string => "/tmp";
export const cpus = (): { model: string }[] => [{ model: "a browser's" }];
export const availableParallelism = (): number => navigator.hardwareConcurrency;
export const totalmem = (): number => 2 ** 32;
export const hostname = (): string => "page";
export const platform = (): string => "browser";
export const endianness = (): "LE" => "LE";
