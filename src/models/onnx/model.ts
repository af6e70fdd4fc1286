/**
 * An ONNX model as plain data. What this project has no use for (doc strings, producer, training info, functions …) is
 * kept as it came, tag and all, in `rest`, so that writing loses nothing; only the denotations of types and dimensions,
 * which no runtime reads, are dropped.
 */
export type OnnxModel = {
  readonly irVersion: number;
  readonly opsets: readonly OpsetImport[];
  readonly graph: Graph;
  readonly metadata: readonly MetadataEntry[];
  readonly rest: RawFields;
};

/** Whole protobuf fields, each view one or more of them in a row. */
export type RawFields = readonly Uint8Array[];

/** Which version of a domain's operators the nodes mean; the ONNX operators' own domain is the empty string. */
export type OpsetImport = { readonly domain: string; readonly version: number };

export type MetadataEntry = { readonly key: string; readonly value: string };

export type Graph = {
  readonly name: string;
  /** In an order in which each node comes after those that it takes values from. */
  readonly nodes: readonly Node[];
  readonly initializers: readonly TensorData[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** What the file declares of tensors inside the graph; nothing has to be declared. */
  readonly valueInfos: readonly ValueInfo[];
  readonly rest: RawFields;
};

export type Node = {
  readonly opType: string;
  readonly domain: string;
  readonly name: string;
  /** Names of tensors; an empty one is an optional input that is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly rest: RawFields;
};

export type Attribute = { readonly name: string; readonly rest: RawFields } & (
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'int'; readonly value: bigint }
  /** Usually UTF-8. */
  | { readonly kind: 'string'; readonly value: Uint8Array }
  | { readonly kind: 'tensor'; readonly value: TensorData }
  | { readonly kind: 'graph'; readonly value: Graph }
  | { readonly kind: 'floats'; readonly value: Float32Array }
  | { readonly kind: 'ints'; readonly value: BigInt64Array }
  | { readonly kind: 'strings'; readonly value: readonly Uint8Array[] }
  /** Lists of tensors or graphs, types, sparse tensors, references: no operator that is treated here has them. */
  | { readonly kind: 'other' }
);

export type TensorData = {
  readonly name: string;
  /** Each 0 or more; a scalar has none. */
  readonly dims: readonly number[];
  /** A number of `DataType`, or one that is newer than this list. */
  readonly dataType: number;
  /** The values in C order, little-endian; usually a view into the file. Empty where they are strings (in `rest`). */
  readonly bytes: Uint8Array;
  readonly rest: RawFields;
};

export type ValueInfo = {
  readonly name: string;
  /** A number of `DataType`; null where it is not a tensor (its type is then in `rest`). */
  readonly elemType: number | null;
  /** A side may be a number, a name that stands for any length, or unknown; null where even the rank is not declared. */
  readonly dims: readonly (number | string | null)[] | null;
  readonly rest: RawFields;
};
