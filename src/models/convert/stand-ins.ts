/** What begins the text that Git LFS puts in the place of a large file (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

const NAMED_LIKE_MODEL = /\.(?:onnx|pth|pt|ckpt|safetensors|param|bin)$/i;
/** What exporters call the weights that an .onnx file has outside of itself. */
const WEIGHTS_OUTSIDE = /\.(?:data|onnx_data|onnx\.weights|weights)$/i;

/** Whether a file is the text that stands for one that Git LFS keeps elsewhere. */
export function isLfsPointer(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, LFS_POINTER.length)) === LFS_POINTER;
}

/** Whether a file is what is left of a model: it is called like one, and is empty or a pointer. No other bytes are told by a name. */
export function standsForModel({
  name,
  bytes,
}: {
  readonly name: string;
  readonly bytes: Uint8Array;
}): boolean {
  return NAMED_LIKE_MODEL.test(name) && (bytes.length === 0 || isLfsPointer(bytes));
}

/** Whether a file is called like the weights of another one. */
export function isNamedLikeWeights(name: string): boolean {
  return WEIGHTS_OUTSIDE.test(name);
}
