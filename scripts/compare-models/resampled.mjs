/** @import { Picture } from './picture.mjs' */
/** @import { Product } from './product.mjs' */

/**
 * The picture at another size, by the product's own resampling with Lanczos of three lobes.
 * @param {Product} product @param {Picture} picture @param {number} width @param {number} height
 * @returns {Picture}
 */
export function resampled(product, picture, width, height) {
  const resampler = new product.PlaneResampler(picture, { width, height }, product.LANCZOS3);
  const planes = new Float32Array(3 * width * height);
  const size = picture.width * picture.height;
  for (let c = 0; c < 3; c++) {
    const plane = picture.planes.subarray(c * size, (c + 1) * size);
    resampler.rows(plane, 0, height, planes.subarray(c * width * height, (c + 1) * width * height));
  }
  return { width, height, planes };
}
