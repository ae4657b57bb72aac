import { compressors } from "hyparquet-compressors";

/** In the place of Node's compression. A page only undoes it: its own tables are not compressed. */
export const tableCompression = { codec: "UNCOMPRESSED", compressors: {} } as const;
export { compressors };
