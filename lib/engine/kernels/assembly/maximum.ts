/** Largest value of each channel of each image: x [images, pixels, channels] to y [images, channels]. NaN wins. */
export function maximumOverPixels(x: usize, y: usize, images: usize, pixels: usize, channels: usize): void {
  const pixelBytes: usize = channels << 2;
  const imageBytes: usize = pixels * pixelBytes;
  const vectorBytes: usize = (channels & ~3) << 2;
  let image = x;
  let to = y;
  for (let count: usize = 0; count < images; count++) {
    memory.copy(to, image, pixelBytes);
    for (let offset = pixelBytes; offset < imageBytes; offset += pixelBytes) {
      const from = image + offset;
      let at: usize = 0;
      for (; at < vectorBytes; at += 16) {
        v128.store(to + at, f32x4.max(v128.load(to + at), v128.load(from + at)));
      }
      for (; at < pixelBytes; at += 4) {
        store<f32>(to + at, max(load<f32>(to + at), load<f32>(from + at)));
      }
    }
    image += imageBytes;
    to += pixelBytes;
  }
}
