import { isSentence } from '../base/shown-text.ts';
import type { AdapterFacts } from '../engine/gpu-device.ts';
import type { Backend, Warning } from './protocol.ts';

/** The calm sentences about what a job went through. */
export function tileHalved(from: number, to: number, backend: Backend): Warning {
  const giver = backend === 'webgpu' ? 'the graphics card' : 'the browser';
  return {
    code: 'tile-halved',
    message: `This picture needed more memory than ${giver} gave, so Tessera went on with smaller tiles (${to} instead of ${from} pixels).`,
  };
}

export function deviceRecovered(row: number): Warning {
  return {
    code: 'device-recovered',
    message: `The graphics card stopped answering; Tessera started it again and went on from row ${row}.`,
  };
}

export function workerReplaced(row: number): Warning {
  return {
    code: 'worker-recovered',
    message: `The background worker’s memory was damaged; Tessera started it again and went on from row ${row}.`,
  };
}

export function softwareAdapter(): Warning {
  return {
    code: 'software-adapter',
    message:
      'WebGPU runs in software here, without a graphics card: much slower than the processor backend (WASM).',
  };
}

/** Why the processor does the work although WebGPU was not ruled out by the person. */
export function onProcessor(adapter: AdapterFacts | string): Warning {
  const why = typeof adapter === 'string' ? noCard(adapter) : 'WebGPU runs only in software here.';
  return { code: 'webgpu-absent', message: `${why} It ran on the processor, which takes longer.` };
}

/** The browser's own words are no sentence of ours. */
function noCard(said: string): string {
  return isSentence(said) ? said : `The browser gives no graphics card (“${said}”).`;
}

export function contextShort(context: number, needed: number): Warning {
  return {
    code: 'context-short',
    message: `The context of ${context} pixels is less than the ${needed} that this model looks at, so tiles may differ a little where they meet.`,
  };
}

export function singleThread(): Warning {
  return {
    code: 'single-thread',
    message: 'This page is not cross-origin isolated, so only one processor core is used.',
  };
}

export function notKept(): Warning {
  return {
    code: 'offline-store-failed',
    message: 'There was no room to keep the runtime or the model for working offline.',
  };
}

const WHY_PROCESSOR = {
  unfit: 'gave answers that cannot be a picture',
  failed: 'could not run the model',
  gone: 'stopped answering and did not come back',
} as const;

/** What a graphics card could not compute, the processor did. */
export function finishedOnProcessor(row: number, why: keyof typeof WHY_PROCESSOR): Warning {
  return {
    code: 'processor-took-over',
    message: `The graphics card ${WHY_PROCESSOR[why]}, so the processor ${row === 0 ? 'does the work' : `goes on from row ${row}`}.`,
  };
}

export function wrongAnswers(): Warning {
  return {
    code: 'processor-took-over',
    message: 'The graphics card computes this model wrong, so the processor does the work.',
  };
}

/** Where the backend was left to choose: handing tiles to and fro would be slower than the processor alone. */
export function operatorsOnProcessor(operators: readonly string[]): Warning {
  return {
    code: 'operators-on-processor',
    message: `WebGPU cannot run ${operators.join(', ')} of this model, so the processor does the work.`,
  };
}

/** Where WebGPU was asked for. */
export function operatorsStay(operators: readonly string[]): Warning {
  return {
    code: 'operators-on-processor',
    message: `WebGPU cannot run ${operators.join(', ')} of this model: the processor does those parts, and tiles go to and fro.`,
  };
}
