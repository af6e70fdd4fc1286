/** Number types that weights come in. */
export type WeightType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** One tensor of a file: a view into the file where it lies there in C order, else a copy in C order. */
export type Weight = {
  /** Each 0 or more; a scalar has none. */
  readonly dims: readonly number[];
  readonly type: WeightType;
  /** Little-endian, exactly as many as `dims` and `type` ask for; may begin at any address. */
  readonly bytes: Uint8Array;
};

/** Names and sides of weights: what a network is recognised by. */
export type Shapes = ReadonlyMap<string, { readonly dims: readonly number[] }>;

/** Tells which of the weights in a file are the network's. */
export type IsNetwork = (weights: Shapes) => boolean;

/** The named weights of a network, unwrapped; names are the file's. */
export type StateDict = {
  readonly weights: ReadonlyMap<string, Weight>;
  /** What the file says of itself (safetensors' `__metadata__`); empty where it says nothing. */
  readonly metadata: ReadonlyMap<string, string>;
};
