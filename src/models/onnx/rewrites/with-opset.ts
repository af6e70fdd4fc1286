import type { OnnxModel } from '../model.ts';

/** The model with its nodes read as of another version of ONNX's own operators. */
export function withOpset(model: OnnxModel, version: number): OnnxModel {
  const others = model.opsets.filter(({ domain }) => domain !== '' && domain !== 'ai.onnx');
  return { ...model, opsets: [{ domain: '', version }, ...others] };
}
