/**
 * Copies images [count, height, width, channels] into zeros [count, paddedHeight, paddedWidth, channels], from row
 * `top` and column `left` on, `dilation` pixels apart. What would fall outside is left out.
 */
export function pad(
  source: usize,
  target: usize,
  count: usize,
  height: usize,
  width: usize,
  channels: usize,
  dilation: usize,
  top: usize,
  left: usize,
  paddedHeight: usize,
  paddedWidth: usize,
): void {
  const pixelBytes: usize = channels << 2;
  const rowBytes: usize = pixelBytes * paddedWidth;
  const imageBytes: usize = rowBytes * paddedHeight;
  memory.fill(target, 0, imageBytes * count);

  const rows = min(height, (paddedHeight - top + dilation - 1) / dilation);
  const columns = min(width, (paddedWidth - left + dilation - 1) / dilation);
  for (let image: usize = 0; image < count; image++) {
    for (let row: usize = 0; row < rows; row++) {
      let from: usize = source + (image * height + row) * width * pixelBytes;
      let to: usize = target + image * imageBytes + (top + row * dilation) * rowBytes + left * pixelBytes;
      if (dilation === 1) {
        memory.copy(to, from, columns * pixelBytes);
        continue;
      }
      for (let column: usize = 0; column < columns; column++) {
        memory.copy(to, from, pixelBytes);
        from += pixelBytes;
        to += pixelBytes * dilation;
      }
    }
  }
}
