import { DataType } from '../data-type.ts';
import type { Scene } from './rule.ts';

/** float32 or float16, where the tensor is known to be of one of them: what the GPU computes with. */
export function floatTypeOf(scene: Scene, tensor: string | undefined): number | null {
  const type = scene.typeOf(tensor ?? '');
  return type === DataType.float32 || type === DataType.float16 ? type : null;
}
