import { DataType } from './data-type.ts';
import type { OnnxModel, TensorData } from './model.ts';
import { MessageWriter } from './wire-writer.ts';
import { writeOnnx } from './write.ts';

/** The name under which the graph refers to the file that holds its weights. */
export const WEIGHTS_PATH = 'weights';

/** Small tensors stay in the graph: a runtime that works out shapes does not look outside. */
const LEAST_BYTES = 4096;

/** Numbers of the fields of `TensorProto`, and the value of its `data_location` that means another file. */
const F = { externalData: 13, dataLocation: 14 } as const;
const EXTERNAL = 1;

/**
 * The graph of a model as an ONNX file of its own that refers to its float32 weights by where they lie in `file`
 * (https://onnx.ai/onnx/repo-docs/ExternalData.html). A runtime that is given both holds the weights once; of a whole file
 * ORT 1.30 holds three copies while it opens it, and takes twice as long.
 * @param model as `readOnnx` gives it of `file`; weights that are no view into it stay in the graph
 */
export function weightsOutside({ graph, ...model }: OnnxModel, file: Uint8Array): Uint8Array<ArrayBuffer> {
  const initializers = graph.initializers.map((tensor) =>
    tensor.dataType === DataType.float32 &&
    tensor.bytes.length >= LEAST_BYTES &&
    tensor.bytes.buffer === file.buffer
      ? outside(tensor, tensor.bytes.byteOffset - file.byteOffset)
      : tensor,
  );
  return writeOnnx({ ...model, graph: { ...graph, initializers } });
}

function outside({ bytes, rest, ...tensor }: TensorData, offset: number): TensorData {
  const fields = new MessageWriter();
  const place = { location: WEIGHTS_PATH, offset: String(offset), length: String(bytes.length) };
  for (const [key, value] of Object.entries(place)) {
    const entry = new MessageWriter();
    entry.text(1, key);
    entry.text(2, value);
    fields.message(F.externalData, entry);
  }
  fields.whole(F.dataLocation, EXTERNAL);
  return { ...tensor, bytes: new Uint8Array(0), rest: [...rest, fields.toBytes()] };
}
