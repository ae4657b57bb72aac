/** What a page asks its worker for. */
export interface NetworkRequest {
  model: File;
  images: readonly File[];
  /** Undefined: the model's own, else ImageNet's. */
  mean: number[] | undefined;
  std: number[] | undefined;
  /** Side of the images, pixels, where the model leaves it open. */
  size: number | undefined;
}

/** What the worker tells; "done" and "failed" are the last. */
export type NetworkReport =
  | { type: "stage"; text: string }
  /** `report` is HTML and `page` a whole page of it; `model` the smaller model, where anything could be cut. */
  | { type: "done"; report: string; page: string; model: Uint8Array<ArrayBuffer> | undefined }
  | { type: "failed"; message: string };
