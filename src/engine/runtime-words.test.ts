import { expect, it } from 'vitest';
import { runtimeWords } from './runtime-words.ts';

it.each([
  [
    'a path, and a signature with brackets in it',
    "Error: Can't create a session. ERROR_CODE: 1, ERROR_MESSAGE: /mnt/azure/_work/1/s/onnxruntime/core/graph/load.h:56 void onnxruntime::load::Validate(const std::unordered_map<std::string, int (*)(int)> &, bool) const ONNX Runtime only *guarantees* support for official opset versions. Opset 99 is under development.\n",
    'ONNX Runtime only *guarantees* support for official opset versions. Opset 99 is under development',
  ],
  [
    'an error inside an error',
    'failed to call OrtRun(). ERROR_CODE: 2, ERROR_MESSAGE: /mnt/s/onnxruntime/core/op_kernel.cc:83 virtual OrtValue *onnxruntime::OpKernelContext::OutputMLValue(int, const TensorShape &) [ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Tensor shape is too large\n',
    'Tensor shape is too large',
  ],
  [
    'nothing of a place',
    "Error: Can't create a session. ERROR_CODE: 6, ERROR_MESSAGE: [ShapeInferenceError] Can't merge shape info. Inferred=88 Declared=108 Dimension=2",
    "Can't merge shape info. Inferred=88 Declared=108 Dimension=2",
  ],
  ['a name with slashes', 'the node /up/Conv: 3 is odd', 'the node /up/Conv: 3 is odd'],
  ['what is no error of it', 'RangeError: out of memory', 'RangeError: out of memory'],
])('of %s', (_, said, words) => expect(runtimeWords(new Error(said))).toBe(words));

it('is cut at the end of a sentence, or where there is none', () => {
  const sentence = `${'a'.repeat(150)}. `;
  expect(runtimeWords(sentence.repeat(3))).toBe('a'.repeat(150));
  expect(runtimeWords('b'.repeat(999))).toBe(`${'b'.repeat(239)}…`);
  expect(runtimeWords(`/${'x/'.repeat(50)}y.cc:1 `.repeat(50))).toBe('');
});
