import type { Maker, Opaque, PickleTag, StorageType } from './pickle-values.ts';
import type { WeightType } from './state-dict.ts';

/** Classes of torch whose storages hold numbers: the same names in `torch` and `torch.cuda`. */
const STORAGES: ReadonlyMap<string, WeightType | null> = new Map([
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
  ['ComplexFloatStorage', null],
  ['ComplexDoubleStorage', null],
  ['QInt8Storage', null],
  ['QUInt8Storage', null],
  ['QInt32Storage', null],
  ['QUInt4x2Storage', null],
  ['QUInt2x4Storage', null],
]);

const MAKERS: Readonly<Record<string, Maker['makes']>> = {
  'collections.OrderedDict': 'dict',
  'typing.OrderedDict': 'dict',
  'collections.defaultdict': 'dict of a factory',
  'builtins.dict': 'dict',
  '__builtin__.dict': 'dict',
  'torch._utils._rebuild_tensor': 'tensor',
  'torch._utils._rebuild_tensor_v2': 'tensor',
  'torch._utils._rebuild_parameter': 'first argument',
  'torch._utils._rebuild_parameter_with_state': 'first argument',
};

/** Kinds of tensors and networks that are known, but not as plain numbers. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^torch\._utils\._rebuild_qtensor$/, 'it is quantised to a few bits, and only plain numbers can be used'],
  [
    /^torch\._utils\._rebuild_sparse\w*$/,
    'it is sparse, and only tensors with all their numbers can be used',
  ],
  [/^torch\._utils\._rebuild_meta\w*$/, 'it is on the meta device, which has shapes but no numbers'],
  [/^torch\._utils\._rebuild_nested\w*$/, 'it is a nested tensor, which has no fixed shape'],
  [/^torch\._utils\._rebuild_\w+$/, 'its numbers are of a kind that is not known here'],
  [/^torch\._tensor\._rebuild_from_type\w*$/, "it is a tensor of a class of its own, not PyTorch's"],
  [
    /^numpy\.(?:_core|core)\.multiarray\._reconstruct$/,
    "it is an array of NumPy's, not a tensor of PyTorch's",
  ],
  [/^torch\.storage\.\w+$/, 'it is a bare storage, without a shape'],
  [/^torch\.(?:nn|fx|jit)\.[\w.]+$/, 'it is a whole network, code and all, not only its weights'],
];

/**
 * Data that training leaves beside the weights. All of it is inert here: nothing is called or kept. The list is for the
 * sake of the person: a name outside it is a reason to mistrust the file.
 */
const HARMLESS: readonly RegExp[] = [
  /^(?:builtins|__builtin__)\.(?:object|set|frozenset|list|tuple|int|long|float|complex|bool|str|unicode|bytes|bytearray|range|xrange|slice)$/,
  /^collections\.(?:Counter|deque)$/,
  /^(?:copyreg|copy_reg)\._reconstructor$/,
  /^_codecs\.encode$/,
  /^argparse\.Namespace$/,
  /^typing\.\w+$/,
  /^datetime\.\w+$/,
  /^decimal\.Decimal$/,
  /^uuid\.UUID$/,
  /^pathlib\.\w*Path$/,
  /^pathlib\._local\.\w*Path$/,
  /^numpy\.(?:dtype|ndarray|bool_?|float\d+|u?int\d+|float_|str_|bytes_|longlong|complex\d+)$/,
  /^numpy\.(?:_core|core)\.multiarray\.scalar$/,
  /^numpy\.dtypes\.\w+$/,
  /^torch\.(?:Size|Tensor|device|dtype|Generator|serialization\._get_layout)$/,
  /^torch\.(?:u?int\d+|float\d+\w*|bfloat16|half|bool|complex\d+|strided)$/,
  /^torch\.per_(?:tensor|channel)_\w+$/,
  /^torch\.optim\.[\w.]+$/,
  /^(?:pytorch_lightning|lightning|lightning_fabric|lightning_utilities)\.[\w.]+$/,
  /^omegaconf\.[\w.]+$/,
  /^(?:easydict\.EasyDict|addict\.addict\.Dict|yacs\.config\.CfgNode)$/,
];

/** The tag of a Python name. No name is ever looked up, imported or called. */
export function tagOfGlobal(module: string, name: string): PickleTag {
  const path = `${module}.${name}`;
  const makes = Object.hasOwn(MAKERS, path) ? MAKERS[path] : undefined;
  if (makes) return { kind: 'maker', makes };
  const storage = storageOf(module, name);
  if (storage) return storage;
  // A dot in the name reaches into what a module imports: `pathlib` and `os.system`, say.
  if (name.includes('.')) return { kind: 'foreign', name: path };
  const refused = REFUSED.find(([pattern]) => pattern.test(path));
  if (refused) return opaque(path, refused[1]);
  if (HARMLESS.some((pattern) => pattern.test(path))) return opaque(path, null);
  return { kind: 'foreign', name: path };
}

function storageOf(module: string, name: string): StorageType | null {
  const type = module === 'torch' || module === 'torch.cuda' ? STORAGES.get(name) : undefined;
  return type === undefined ? null : { kind: 'storage-type', name: `${module}.${name}`, type };
}

export function opaque(name: string, because: string | null): Opaque {
  return { kind: 'opaque', name, because };
}
