import type { DescribedOnnx } from '../../models/convert/onnx/describe-onnx.ts';
import type { FoundForm } from '../../models/convert/onnx/found-form.ts';
import { toPictureNetwork } from '../../models/convert/onnx/to-picture-network.ts';
import type { PictureNetwork } from '../../models/picture-network.ts';
import { firstAnswer, type ProbeRun } from './first-answer.ts';
import { probeReach } from './probe-reach.ts';
import { probeSizes } from './probe-sizes.ts';
import { probeValues } from './probe-values.ts';

export type Probed = {
  readonly network: PictureNetwork;
  /** Of the answer to a drawn picture, made smaller again, with that picture: 0.5 to 1. */
  readonly correlation: number;
  /** False where it answers the same picture differently each time: then its tiles do not fit together. */
  readonly isDeterministic: boolean;
};

/**
 * Finds out by small runs what an ONNX model does not say of itself, and brings it into the one form of networks.
 * @param run runs `described.model`
 * @throws TesseraError `model-unsuitable` where it turns out to be no model that gives back its picture;
 * `model-unsupported` where it cannot be brought into the form
 */
export async function probe(described: DescribedOnnx, run: ProbeRun): Promise<Probed> {
  const trial = await firstAnswer(described, run);
  const { input, output, answer, correlation, knownBy } = await probeValues(described, run, trial);
  const { rule, isDeterministic } = await probeSizes(run, trial, input, answer);
  const isDeclared = described.forms.length === 1;
  const found: FoundForm = {
    input,
    output,
    scale: trial.geometry.scale,
    lacking: trial.geometry.lacking,
    sizeRule: rule,
    receptiveFieldPx: null,
    dependsOnTileSize: described.dependsOnTileSize ?? false,
    knownBy: {
      ...knownBy,
      scale: 'probed',
      channels: isDeclared ? 'declared' : 'probed',
      layout: isDeclared ? 'declared' : 'probed',
      sizeRule: rule.fixed ? 'declared' : 'probed',
      receptiveField: 'unknown',
      dependsOnTileSize: described.dependsOnTileSize === null ? 'unknown' : 'declared',
    },
  };
  const network = toPictureNetwork(described, found);
  if (network.facts.receptiveFieldPx !== null) return { network, correlation, isDeterministic };
  const measured = await probeReach(run, trial, input, output, answer);
  if (measured === null) return { network, correlation, isDeterministic };
  const knownByRun = { ...found.knownBy, receptiveField: 'probed' } as const;
  const better = toPictureNetwork(described, { ...found, receptiveFieldPx: measured, knownBy: knownByRun });
  return { network: better, correlation, isDeterministic };
}
