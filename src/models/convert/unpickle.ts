import type { TesseraError } from '../../base/errors.ts';
import type { PickleCursor } from './pickle-cursor.ts';
import { opaque } from './pickle-globals.ts';
import { type LoadPersistent, PickleMachine } from './pickle-machine.ts';
import { nameOfOtherOpcode, Opcode } from './pickle-opcodes.ts';
import type { PickleValue } from './pickle-values.ts';
import { unsupported } from './weight-errors.ts';
import { MAX_PICKLE_STEPS } from './weight-limits.ts';

const HIGHEST_PROTOCOL = 5;
const BYTES = opaque('bytes', null);
const SET = opaque('set', null);
const LONG = opaque('a number above 2⁵³', null);
const EMPTY: readonly PickleValue[] = Object.freeze([]);

type Instruction = (machine: PickleMachine, cursor: PickleCursor) => void;

const pushBytes = (machine: PickleMachine, cursor: PickleCursor, length: number): void => {
  cursor.skip(length);
  machine.push(BYTES);
};

const pushInteger = (machine: PickleMachine, cursor: PickleCursor, length: number): void =>
  machine.push(cursor.integer(length) ?? LONG);

/** What Python 2 calls a string: a name, or the bytes of a number. */
const pushString = (machine: PickleMachine, cursor: PickleCursor, length: number): void =>
  machine.push(cursor.textOrNull(length) ?? BYTES);

const popThenPushTuple = (machine: PickleMachine, length: number): void => {
  const items: PickleValue[] = [];
  for (let i = 0; i < length; i++) items.push(machine.pop());
  machine.pushTuple(items.reverse());
};

const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [Opcode.proto, (_, cursor) => checkProtocol(cursor)],
  [Opcode.frame, (_, cursor) => void cursor.uint64()],
  [Opcode.mark, (machine) => machine.mark()],
  [Opcode.pop, (machine) => void machine.pop()],
  [Opcode.popMark, (machine) => void machine.popToMark()],

  [Opcode.none, (machine) => machine.push(null)],
  [Opcode.newtrue, (machine) => machine.push(true)],
  [Opcode.newfalse, (machine) => machine.push(false)],
  [Opcode.binint, (machine, cursor) => machine.push(cursor.int32())],
  [Opcode.binint1, (machine, cursor) => machine.push(cursor.byte())],
  [Opcode.binint2, (machine, cursor) => machine.push(cursor.uint16())],
  [Opcode.long1, (machine, cursor) => pushInteger(machine, cursor, cursor.byte())],
  [Opcode.long4, (machine, cursor) => pushInteger(machine, cursor, cursor.uint32())],
  [Opcode.binfloat, (machine, cursor) => machine.push(cursor.float64())],

  [Opcode.shortBinunicode, (machine, cursor) => machine.push(cursor.text(cursor.byte()))],
  [Opcode.binunicode, (machine, cursor) => machine.push(cursor.text(cursor.uint32()))],
  [Opcode.binunicode8, (machine, cursor) => machine.push(cursor.text(cursor.uint64()))],
  [Opcode.shortBinstring, (machine, cursor) => pushString(machine, cursor, cursor.byte())],
  [Opcode.binstring, (machine, cursor) => pushString(machine, cursor, cursor.uint32())],
  [Opcode.shortBinbytes, (machine, cursor) => pushBytes(machine, cursor, cursor.byte())],
  [Opcode.binbytes, (machine, cursor) => pushBytes(machine, cursor, cursor.uint32())],
  [Opcode.binbytes8, (machine, cursor) => pushBytes(machine, cursor, cursor.uint64())],
  [Opcode.bytearray8, (machine, cursor) => pushBytes(machine, cursor, cursor.uint64())],

  [Opcode.emptyTuple, (machine) => machine.push(EMPTY)],
  [Opcode.tuple1, (machine) => popThenPushTuple(machine, 1)],
  [Opcode.tuple2, (machine) => popThenPushTuple(machine, 2)],
  [Opcode.tuple3, (machine) => popThenPushTuple(machine, 3)],
  [Opcode.tuple, (machine) => machine.pushTuple(machine.popToMark())],
  [Opcode.emptyList, (machine) => machine.pushList()],
  [Opcode.append, (machine) => machine.append([machine.pop()])],
  [Opcode.appends, (machine) => machine.append(machine.popToMark())],
  [Opcode.emptyDict, (machine) => machine.pushDict()],
  [Opcode.setitem, (machine) => machine.setItems([machine.pop(), machine.pop()].reverse())],
  [Opcode.setitems, (machine) => machine.setItems(machine.popToMark())],
  [Opcode.emptySet, (machine) => machine.push(SET)],
  [Opcode.additems, (machine) => machine.append(machine.popToMark())],
  [
    Opcode.frozenset,
    (machine) => {
      machine.popToMark();
      machine.push(SET);
    },
  ],

  [Opcode.binput, (machine, cursor) => machine.remember(cursor.byte())],
  [Opcode.longBinput, (machine, cursor) => machine.remember(cursor.uint32())],
  [Opcode.memoize, (machine) => machine.remember()],
  [Opcode.binget, (machine, cursor) => machine.recall(cursor.byte())],
  [Opcode.longBinget, (machine, cursor) => machine.recall(cursor.uint32())],

  [Opcode.global, (machine, cursor) => machine.pushGlobal(cursor.line(), cursor.line())],
  [Opcode.stackGlobal, pushStackGlobal],
  [Opcode.reduce, (machine) => machine.reduce()],
  [Opcode.newobj, (machine) => machine.newObject(1)],
  [Opcode.newobjEx, (machine) => machine.newObject(2)],
  [Opcode.build, (machine) => machine.build()],
  [Opcode.binpersid, (machine) => machine.loadPersistent()],
]);

/**
 * The value of the pickle at the cursor, which is left behind its end. Nothing in it can run: see `pickle-globals.ts`.
 * Format: https://github.com/python/cpython/blob/main/Lib/pickletools.py
 * @param load gives what a persistent id stands for
 * @throws TesseraError `model-corrupt` with the offset where it is damaged; `model-unsupported` where it holds what no
 * weights need, or more than they need
 */
export function unpickle(cursor: PickleCursor, load: LoadPersistent): PickleValue {
  const machine = new PickleMachine(cursor, load);
  for (let steps = 0; steps < MAX_PICKLE_STEPS; steps++) {
    const offset = cursor.offset;
    const code = cursor.byte();
    if (code === Opcode.stop) return machine.result();
    const instruction = INSTRUCTIONS.get(code);
    if (!instruction) throw unknownOpcode(cursor, code, offset);
    instruction(machine, cursor);
  }
  throw unsupported(
    `The file's pickle has more than ${MAX_PICKLE_STEPS} instructions: more than the weights of any network need.`,
    undefined,
    { limit: MAX_PICKLE_STEPS },
  );
}

function checkProtocol(cursor: PickleCursor): void {
  const protocol = cursor.byte();
  if (protocol < 2 || protocol > HIGHEST_PROTOCOL)
    throw unsupported(
      `The file is a pickle of protocol ${protocol}; 2 to ${HIGHEST_PROTOCOL} can be read.`,
      undefined,
      { protocol },
    );
}

function pushStackGlobal(machine: PickleMachine, cursor: PickleCursor): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof module !== 'string' || typeof name !== 'string')
    throw cursor.damaged('a name of Python is no text');
  machine.pushGlobal(module, name);
}

function unknownOpcode(cursor: PickleCursor, code: number, offset: number): TesseraError {
  const name = nameOfOtherOpcode(code);
  const number = `0x${code.toString(16).padStart(2, '0')}`;
  if (name === null) return cursor.damaged(`${number} is no instruction`);
  return unsupported(
    `The file's pickle uses the instruction ${name} (${number}, at byte ${offset}), which PyTorch does not write.`,
    undefined,
    { opcode: name, offset },
  );
}
