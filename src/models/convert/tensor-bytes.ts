import { countOf, ELEMENT_BYTES, shapeOf } from './element-bytes.ts';
import type { Tensor } from './pickle-values.ts';
import type { Weight } from './state-dict.ts';
import { damaged, quoted, unsupported } from './weight-errors.ts';
import { MAX_SHARING, SPARE_COPY_BYTES } from './weight-limits.ts';

/** A storage's numbers, and where they lie in the file. */
export type StorageBytes = { readonly bytes: Uint8Array; readonly offset: number };

/** Makes weights of tensors, and counts what they ask for: no file makes more of itself than the limits allow. */
export class TensorReader {
  #copyBytesLeft: number;
  #viewBytesLeft: number;

  /** @param fileBytes the length of the file */
  constructor(fileBytes: number) {
    this.#copyBytesLeft = fileBytes + SPARE_COPY_BYTES;
    this.#viewBytesLeft = MAX_SHARING * fileBytes + SPARE_COPY_BYTES;
  }

  /**
   * The tensor in C order: a view where it lies so in its storage, else a copy.
   * @throws TesseraError `model-corrupt` where it leaves its storage; `model-unsupported` where its numbers are of a type that
   * is not read, or where it asks for more than the file holds
   */
  read(name: string, tensor: Tensor, storage: StorageBytes): Weight {
    const { dims, strides, offset } = tensor;
    const { type } = tensor.storage.of;
    if (type === null)
      throw unsupported(
        `The weights ${quoted(name)} are of the type ${tensor.storage.of.name}: complex and quantised numbers cannot be used.`,
      );
    const size = ELEMENT_BYTES[type];
    const count = countOf(dims);
    const last =
      count === 0 ? -1 : offset + dims.reduce((sum, dim, i) => sum + (dim - 1) * (strides[i] as number), 0);
    const elements = Math.floor(storage.bytes.length / size);
    if (count === null || last >= elements || !Number.isSafeInteger(last))
      throw damaged(
        'PyTorch file',
        `the tensor ${quoted(name)} ${shapeOf(dims)} with the strides ${shapeOf(strides)} at ${offset} leaves its storage of ${elements} numbers`,
        storage.offset,
      );
    this.#viewBytesLeft = this.#spend(name, this.#viewBytesLeft, count * size);
    if (count === 0) return { dims, type, bytes: storage.bytes.subarray(0, 0) };
    if (isPacked(dims, strides)) {
      const bytes = storage.bytes.subarray(offset * size, (offset + count) * size);
      return { dims, type, bytes };
    }
    this.#copyBytesLeft = this.#spend(name, this.#copyBytesLeft, count * size);
    return { dims, type, bytes: gathered(storage.bytes, size, tensor, count) };
  }

  #spend(name: string, left: number, bytes: number): number {
    if (bytes > left)
      throw unsupported(
        `The tensors of the file, up to ${quoted(name)} of ${bytes} bytes, are far more than the file holds: it repeats its numbers.`,
        'Save the weights with .contiguous() or as safetensors, and choose that file.',
        { bytes, left },
      );
    return left - bytes;
  }
}

/** Whether the elements lie one after the other, the last side running fastest. A side of 1 may have any stride. */
function isPacked(dims: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = dims.length - 1; i >= 0; i--) {
    if (dims[i] !== 1 && strides[i] !== expected) return false;
    expected *= dims[i] as number;
  }
  return true;
}

/** A copy in C order. The extent is known to lie in `src`. */
function gathered(src: Uint8Array, size: number, tensor: Tensor, count: number): Uint8Array {
  const dst = new Uint8Array(count * size);
  const sides = tensor.dims.map((dim, i) => ({ dim, stride: tensor.strides[i] as number }));
  // Sides of 1 move nothing; without them there are at most 2⁵³ = 53 halvings of the count.
  const moving = sides.filter(({ dim }) => dim > 1);
  let at = 0;
  const copy = (side: number, from: number): void => {
    const { dim, stride } = moving[side] as { dim: number; stride: number };
    for (let i = 0, element = from; i < dim; i++, element += stride) {
      if (side + 1 < moving.length) copy(side + 1, element);
      else
        for (let byte = element * size; byte < (element + 1) * size; byte++) dst[at++] = src[byte] as number;
    }
  };
  copy(0, tensor.offset);
  return dst;
}
