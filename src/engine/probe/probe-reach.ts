import type { EndForm } from '../../models/convert/onnx/found-form.ts';
import { sidesOf } from '../../models/convert/onnx/ports.ts';
import { answerOf, type ProbeRun, type Trial } from './first-answer.ts';
import { type Answer, indexOf } from './likeness.ts';
import type { ProbePicture } from './probe-picture.ts';

/** A quarter of what a byte can show. */
const VISIBLE = 1 / 255 / 4;

/**
 * How far, in source pixels, the change of one pixel in the middle is seen in the answer; null where that is as far as the
 * picture goes. Farther pixels may have a part in the answer that is too small to be seen.
 * @param answer to the trial's own picture
 */
export async function probeReach(
  run: ProbeRun,
  trial: Trial,
  input: EndForm,
  output: EndForm,
  answer: Answer,
): Promise<number | null> {
  const { picture, geometry } = trial;
  const [row, column] = [Math.floor(picture.height / 2), Math.floor(picture.width / 2)];
  const changed = await answerOf(run, withOther(picture, row * picture.width + column), input);
  const { scale, lacking } = geometry;
  const [rows, columns] = sidesOf(output.layout).map((axis) => answer.dims[axis] as number) as [
    number,
    number,
  ];
  const at = indexOf(geometry.output, rows, columns);
  let radius = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      for (let channel = 0; channel < Math.min(3, output.channels); channel++) {
        const i = at(channel, y, x);
        const difference = Math.abs((changed.values[i] as number) - (answer.values[i] as number));
        if (difference <= VISIBLE * output.white) continue;
        const down = Math.floor((y + lacking.top) / scale) - row;
        const across = Math.floor((x + lacking.left) / scale) - column;
        radius = Math.max(radius, Math.abs(down), Math.abs(across));
      }
    }
  }
  const eaten = Math.ceil(Math.max(0, lacking.bottom) / scale);
  return radius < Math.min(picture.width, picture.height) / 2 - 1 - eaten ? radius : null;
}

/** The picture with one pixel as far from what it was as can be. */
function withOther(picture: ProbePicture, index: number): ProbePicture {
  const [red, green, blue] = picture.planes.map((plane) =>
    plane.with(index, (plane[index] as number) < 128 ? 255 : 0),
  );
  return { ...picture, planes: [red, green, blue] as ProbePicture['planes'] };
}
