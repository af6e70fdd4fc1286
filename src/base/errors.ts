import { asSentence, shownText } from './shown-text.ts';

/** Every way in which a request can end badly. The UI has one heading and one action for each. */
export const ERROR_CODES = [
  /** The file has no bytes. */
  'empty-file',
  /** The bytes are not a picture of any kind that we know. */
  'not-a-picture',
  /** A picture format that is known by its bytes, but that this browser cannot decode. */
  'unsupported-format',
  /** The picture's bytes are damaged or end early. */
  'picture-broken',
  /** The header claims more pixels than can be decoded here. */
  'picture-too-large',
  /** The result would pass a limit of the canvas or of the chosen file format. */
  'output-too-large',
  /** An option is outside its range or of the wrong type. */
  'bad-option',
  /** No model of that id is in the catalog. */
  'unknown-model',
  /** The model's file or the catalog cannot be fetched. */
  'model-missing',
  /** The model's bytes do not match their hash, or are not a readable ONNX graph. */
  'model-corrupt',
  /** A readable model that does not turn one RGB picture into one RGB picture of its declared scale. */
  'model-unsuitable',
  /** A model file of a kind, architecture, layer or operator that Tessera cannot run; or several files that do not belong together. */
  'model-unsupported',
  /** A file from another host could not be downloaded as agreed: refused, redirected, too large, too slow, of another hash. */
  'download-failed',
  /** The browser has no room, or gives none, for what was to be kept on this device. */
  'storage-full',
  /** The backend that was asked for does not exist on this device. */
  'backend-unavailable',
  /** A file of the application itself (worker script, runtime) cannot be fetched or started. */
  'runtime-unavailable',
  /** Memory ran out, also with the smallest tile. */
  'out-of-memory',
  /** The graphics device was lost again and again at the same place. */
  'device-lost',
  /** The worker died or stopped answering again and again at the same place. */
  'worker-lost',
  /** The network's answer for a tile is not a picture (not finite, or wrong shape). */
  'bad-output',
  /** The runtime rejected a tile, twice, for a reason that is neither memory nor a lost device. */
  'run-failed',
  /** Another job is running. */
  'busy',
  /** The browser could not write the finished picture as a file. */
  'encode-failed',
  /** A fault of Tessera's own. */
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The numbers and names behind a message, for reports and tests. */
export type ErrorDetails = Readonly<Record<string, string | number | readonly number[]>>;

/** A `TesseraError` as plain data, as it crosses the worker boundary. */
export type WireError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly nextStep: string;
  readonly details: ErrorDetails;
};

/**
 * An error that a person may meet: `message` says what happened, with numbers; `nextStep` what they can do;
 * `details` holds the same numbers as data.
 */
export class TesseraError extends Error {
  override readonly name = 'TesseraError';
  readonly code: ErrorCode;
  readonly nextStep: string;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    nextStep: string,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    // Both may hold names of files, and what stands in them.
    super(shownText(message), options);
    this.code = code;
    this.nextStep = shownText(nextStep);
    this.details = details;
  }
}

/** The error as data; anything that is not a `TesseraError` becomes `internal` with its own message. */
export function toWire(error: unknown): WireError {
  if (error instanceof TesseraError) {
    const { code, message, nextStep, details } = error;
    return { code, message, nextStep, details };
  }
  return {
    code: 'internal',
    message: shownText(`Something went wrong inside Tessera: ${asSentence(messageOf(error))}`),
    nextStep: 'Try once more; if it happens again, please report it with this message.',
    details: {},
  };
}

/** The error rebuilt on the other side, with its class, code and numbers. */
export function fromWire(wire: WireError): TesseraError {
  return new TesseraError(wire.code, wire.message, wire.nextStep, wire.details);
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
