/** Endings of the formats that the decoder reads. */
export const imageName = /\.(jpe?g|jpe|jfif|png|webp|avif|tiff?|gif)$/i;

/** Those endings, for messages. */
export const imageFormats = "JPEG, PNG, WebP, AVIF, TIFF or GIF";
