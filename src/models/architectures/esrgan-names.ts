import type { StateDict } from '../convert/state-dict.ts';
import { countOf } from './hyper-parameters.ts';

type Renaming = readonly [pattern: RegExp, name: string];

/** The trunk names (BSRGAN, RealSR) of what Real-ESRGAN calls otherwise; the rest has the same name. */
const TRUNK: readonly Renaming[] = [
  [/^RRDB_trunk\.(\d+)\.RDB(\d)\./, 'body.$1.rdb$2.'],
  [/^trunk_conv\./, 'conv_body.'],
  [/^upconv(\d+)\./, 'conv_up$1.'],
  [/^HRconv\./, 'conv_hr.'],
];

/** Gives each key of an RRDBNet its name in Real-ESRGAN's release, whichever release's the file has. */
export function namesOfEsrgan(dict: StateDict): (key: string) => string {
  const renamings = dict.weights.has('model.0.weight') ? oldNames(dict) : TRUNK;
  return (key) => {
    for (const [pattern, name] of renamings) if (pattern.test(key)) return key.replace(pattern, name);
    return key;
  };
}

/**
 * The first release counts its layers: 0 first, 1 body, then for each doubling an upsampling without weights, a
 * convolution and an activation, then convolution, activation, convolution. So 3n + 5 layers are n doublings.
 */
function oldNames({ weights }: StateDict): readonly Renaming[] {
  const doublings = Math.floor((countOf(weights.keys(), /^model\.(\d+)\.weight$/) - 5) / 3);
  const blocks = countOf(weights.keys(), /^model\.1\.sub\.(\d+)\.weight$/) - 1;
  const numbered = (layer: number): RegExp => new RegExp(`^model\\.${layer}\\.(?=weight$|bias$)`);
  return [
    [/^model\.1\.sub\.(\d+)\.RDB(\d)\.conv(\d)\.0\./, 'body.$1.rdb$2.conv$3.'],
    [/^model\.1\.sub\.(\d+)\.RDB(\d)\.conv1x1\./, 'body.$1.rdb$2.conv1x1.'],
    [new RegExp(`^model\\.1\\.sub\\.${blocks}\\.(?=weight$|bias$)`), 'conv_body.'],
    [numbered(0), 'conv_first.'],
    ...Array.from(
      { length: Math.max(0, Math.min(doublings, 5)) },
      (_, i) => [numbered(3 * (i + 1)), `conv_up${i + 1}.`] as const,
    ),
    [numbered(3 * doublings + 2), 'conv_hr.'],
    [numbered(3 * doublings + 4), 'conv_last.'],
  ];
}
