import { expose } from 'comlink';
import { defined } from '../../base/assert.ts';
import { sourcePx } from '../../base/geometry.ts';
import { type BareNetwork, type CardSettings, openBareNetwork } from '../../engine/bare-run.ts';
import { loadModelFile } from '../../models/model-file.ts';
import { planTiles, type TilePlan, tileAt } from '../../tiling/plan.ts';
import { readTile, type SourcePixels } from '../../tiling/read-tile.ts';
import { paddedRule } from '../../worker/choose-engine.ts';
import { alignmentOf } from '../../worker/job-options.ts';
import type { BareOpened, BareRequest, BareService, BareTimes } from '../bare-protocol.ts';

type Opened = { readonly network: BareNetwork; readonly plan: TilePlan; readonly source: SourcePixels };

/** Runs the network over the tiles that the product cuts, and nothing else. */
class Bare implements BareService {
  #opened: Opened | null = null;

  async open(request: BareRequest): Promise<BareOpened> {
    const source = sourceOf(request);
    const plan = planTiles(source, sourcePx(0), {
      tile: sourcePx(request.tile),
      context: sourcePx(request.context),
      feather: sourcePx(request.feather),
      sizeRule: paddedRule(request.model, request.backend),
      alignTo: alignmentOf(request.model),
    });
    const { model, catalogUrl } = request;
    const ignore = () => undefined;
    const bytes = await loadModelFile(model, catalogUrl, ignore, ignore);
    const started = performance.now();
    const network = await openBareNetwork({
      bytes,
      scale: model.scale,
      size: plan.padded,
      card: request.backend === 'webgpu' ? cardSettings(request) : null,
    });
    this.#opened = { network, plan, source };
    const { width, height } = plan.padded;
    const openMs = performance.now() - started;
    return { openMs, tiles: plan.columns * plan.rows, paddedTile: { width, height } };
  }

  async run(): Promise<BareTimes> {
    const { network, plan, source } = defined(this.#opened, 'an open network');
    submits = 0;
    const ms = await network.run(plan.columns * plan.rows, (index) => {
      const input = new Float32Array(3 * plan.padded.width * plan.padded.height);
      readTile(source, tileAt(plan, index).read, input);
      return input;
    });
    return { ms, submits };
  }
}

function sourceOf({ picture }: BareRequest): SourcePixels {
  return { width: sourcePx(picture.width), height: sourcePx(picture.height), data: picture.rgba };
}

function cardSettings({ variant, pendingGlueUrl }: BareRequest): CardSettings {
  const { pendingDispatches, ...settings } = variant;
  if (pendingDispatches === null) return { ...settings, glueUrl: null };
  return {
    ...settings,
    glueUrl: (glue) => {
      const url = new URL(pendingGlueUrl);
      url.search = String(new URLSearchParams({ glue, pending: String(pendingDispatches) }));
      return url.href;
    },
  };
}

let submits = 0;
if ('GPUQueue' in globalThis) {
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function (buffers) {
    submits++;
    return submit.call(this, buffers);
  };
}

expose(new Bare());
