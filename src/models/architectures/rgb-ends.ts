import { withPictureEnds } from '../convert/onnx/picture-ends.ts';
import type { PictureNetwork } from '../picture-network.ts';

/** A network that was built with its own channels, with RGB at both ends, as ONNX files of such networks get it. */
export function withRgbEnds(network: PictureNetwork): PictureNetwork {
  const { onnx, facts } = network;
  const { inputChannels, outputChannels, layout, white, channelOrder } = facts.form;
  if (inputChannels === 3 && outputChannels === 3) return network;
  const ends = {
    input: { channels: inputChannels, layout, white, channelOrder },
    output: { channels: outputChannels, layout, white, channelOrder },
    scale: facts.scale,
    lacking: { top: 0, left: 0, bottom: 0, right: 0 },
    sizeRule: facts.sizeRule,
    takesBytes: false,
  };
  return { onnx: withPictureEnds(onnx, ends), facts };
}
