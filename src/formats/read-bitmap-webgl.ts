/** Pixels of the texture that the picture passes through (16 MB of graphics memory). */
const TEXTURE_PIXELS = 4 * 1024 * 1024;

/**
 * Fills `rgba` with the exact straight-alpha pixels of a bitmap made with `premultiplyAlpha: 'none'`, part by part
 * through one WebGL2 texture. False where WebGL2 is missing or fails midway; `rgba` is then undefined.
 */
export function readTextureBands(bitmap: ImageBitmap, rgba: Uint8ClampedArray): boolean {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false });
  if (gl === null) return false;
  try {
    const maxSide: number = gl.getParameter(gl.MAX_TEXTURE_SIZE);
    const partWidth = Math.min(bitmap.width, maxSide);
    const partHeight = Math.min(bitmap.height, maxSide, Math.max(1, Math.floor(TEXTURE_PIXELS / partWidth)));
    if (!attachTexture(gl, partWidth, partHeight)) return false;
    for (let y = 0; y < bitmap.height; y += partHeight) {
      for (let x = 0; x < bitmap.width; x += partWidth) {
        const width = Math.min(partWidth, bitmap.width - x);
        const height = Math.min(partHeight, bitmap.height - y);
        readPart(gl, bitmap, rgba, { x, y, width, height });
      }
    }
    return gl.getError() === gl.NO_ERROR && !gl.isContextLost();
  } finally {
    gl.getExtension('WEBGL_lose_context')?.loseContext();
  }
}

function attachTexture(gl: WebGL2RenderingContext, width: number, height: number): boolean {
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  const target = gl.getParameter(gl.TEXTURE_BINDING_2D);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, target, 0);
  return gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE;
}

type Part = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Row 0 of a bitmap is row 0 of the texture and of what is read back, so nothing is flipped here. */
function readPart(
  gl: WebGL2RenderingContext,
  bitmap: ImageBitmap,
  rgba: Uint8ClampedArray,
  part: Part,
): void {
  gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, part.x);
  gl.pixelStorei(gl.UNPACK_SKIP_ROWS, part.y);
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, part.width, part.height, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  gl.pixelStorei(gl.PACK_ROW_LENGTH, bitmap.width);
  gl.pixelStorei(gl.PACK_SKIP_PIXELS, part.x);
  gl.pixelStorei(gl.PACK_SKIP_ROWS, part.y);
  // A view of bytes: readPixels takes no clamped array for UNSIGNED_BYTE in every browser.
  const bytes = new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  gl.readPixels(0, 0, part.width, part.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes, 0);
}
