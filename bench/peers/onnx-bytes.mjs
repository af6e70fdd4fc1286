/**
 * The few messages of onnx.proto that a network of convolutions needs, written byte by byte; field numbers are those of
 * onnx.proto. No package: what the bench converts, it can answer for.
 */

/**
 * @typedef {number | string | readonly number[]} AttributeValue a whole number, a word or whole numbers
 * @typedef {{ op: string, name: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>> }} Node
 *   one operation; its output bears its name
 * @typedef {{ name: string, shape: readonly number[], values: Float32Array }} Constant
 * @typedef {{ name: string, sides: readonly (number | string)[] }} Port a float32 input or output; a named side may have any length
 */

/**
 * @param {{ nodes: readonly Node[], constants: readonly Constant[], input: Port, output: Port }} graph
 * @returns {Uint8Array<ArrayBuffer>} a model of IR 8, opset 17
 */
export function modelBytes({ nodes, constants, input, output }) {
  const graph = Buffer.concat([
    ...nodes.map((one) => part(1, node(one))),
    text(2, 'peer'),
    ...constants.map((one) => part(5, tensor(one))),
    part(11, value(input)),
    part(12, value(output)),
  ]);
  const opset = Buffer.concat([text(1, ''), whole(2, 17)]);
  const bytes = [whole(1, 8), text(2, 'tessera-bench'), part(7, graph), part(8, opset)];
  return Uint8Array.from(Buffer.concat(bytes));
}

/** @param {Node} node */
function node({ op, name, inputs, attributes = {} }) {
  return Buffer.concat([
    ...inputs.map((input) => text(1, input)),
    text(2, name),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).map(([key, of]) => part(5, attribute(key, of))),
  ]);
}

/**
 * @param {string} name
 * @param {AttributeValue} of
 */
function attribute(name, of) {
  if (typeof of === 'number') return Buffer.concat([text(1, name), whole(3, of), whole(20, 2)]);
  if (typeof of === 'string') return Buffer.concat([text(1, name), text(4, of), whole(20, 3)]);
  return Buffer.concat([text(1, name), ...of.map((one) => whole(8, one)), whole(20, 7)]);
}

/** @param {Constant} constant */
function tensor({ name, shape, values }) {
  const count = shape.reduce((product, side) => product * side, 1);
  if (count !== values.length) {
    throw new Error(
      `The constant "${name}" has ${values.length} values, but [${shape.join(', ')}] is ${count}.`,
    );
  }
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([...shape.map((side) => whole(1, side)), whole(2, 1), text(8, name), part(9, raw)]);
}

/** @param {Port} port */
function value({ name, sides }) {
  const shape = sides.map((side) => part(1, typeof side === 'number' ? whole(1, side) : text(2, side)));
  const type = Buffer.concat([whole(1, 1), part(2, Buffer.concat(shape))]);
  return Buffer.concat([text(1, name), part(2, part(1, type))]);
}

/**
 * @param {number} field
 * @param {string} of
 */
function text(field, of) {
  return part(field, Buffer.from(of));
}

/**
 * @param {number} field
 * @param {Uint8Array} bytes
 */
function part(field, bytes) {
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

/**
 * @param {number} field
 * @param {number} of 0 or more
 */
function whole(field, of) {
  return Buffer.concat([varint(field * 8), varint(of)]);
}

/** @param {number} of */
function varint(of) {
  /** @type {number[]} */
  const bytes = [];
  let rest = of;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
