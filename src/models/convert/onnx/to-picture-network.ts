import type { OnnxModel } from '../../onnx/model.ts';
import { receptiveField } from '../../onnx/receptive-field.ts';
import { fixDimensions } from '../../onnx/rewrites/fix-dimensions.ts';
import type { PictureNetwork } from '../../picture-network.ts';
import type { DescribedOnnx } from './describe-onnx.ts';
import { checkChannels, type FoundForm } from './found-form.ts';
import { withPictureEnds } from './picture-ends.ts';

/** Of the input at which the reach of the graph is looked at: RRDB with its 23 blocks reaches 350 pixels. */
const NOMINAL_SIDE = 2048;

/**
 * The described model as a picture network: nodes at both ends of its own graph turn layout, range, colours and borders.
 * @throws TesseraError `model-unsuitable` where other colours come out than go in, `model-unsupported` where its operators
 * are too old for the nodes that it needs
 */
export function toPictureNetwork(described: DescribedOnnx, found: FoundForm): PictureNetwork {
  checkChannels(found.input.channels, found.output.channels);
  const onnx = withPictureEnds(described.model, { ...found, takesBytes: described.takesBytes });
  const reach = reachOf(onnx, found);
  const { input, output, scale, sizeRule, lacking, knownBy } = found;
  const widest = Math.max(lacking.top, lacking.left, lacking.bottom, lacking.right, 0);
  const receptiveFieldPx = reach ?? found.receptiveFieldPx;
  return {
    onnx,
    facts: {
      architecture: null,
      scale,
      receptiveFieldPx,
      sizeRule,
      eatenPx: Math.ceil(widest / scale),
      dependsOnTileSize: found.dependsOnTileSize,
      form: {
        inputChannels: input.channels,
        outputChannels: output.channels,
        layout: input.layout,
        white: input.white,
        channelOrder: input.channelOrder,
        precision: described.precision,
        knownBy: { ...knownBy, receptiveField: reach === null ? knownBy.receptiveField : 'declared' },
      },
    },
  };
}

/** How far pixels reach, by the graph; null where it does not tell. */
function reachOf(onnx: OnnxModel, { scale, sizeRule }: FoundForm): number | null {
  const side =
    Math.ceil(Math.max(NOMINAL_SIDE, sizeRule.minimumPx) / sizeRule.multipleOf) * sizeRule.multipleOf;
  const { height, width } = sizeRule.fixed ?? { height: side, width: side };
  return receptiveField(fixDimensions(onnx.graph, [1, 3, height, width]), scale);
}
