import type { WireError } from '../../base/errors.ts';
import { licenceTerms } from '../../models/licence.ts';
import type { Arrival } from '../../state/models.ts';
import type { GivenFile, Half, ImportStage, LibraryModel } from '../../worker/models-protocol.ts';
import { factsText, familyOf, licenceName, ownScaleText } from '../library/model-words.ts';
import { bytesText, countText } from '../words.ts';

type Running = Extract<Arrival, { kind: 'running' }>;

/** The stages of an arrival that the person brought, and of one that is downloaded, in order. */
export const STAGES: readonly ImportStage[] = ['reading', 'converting', 'trying', 'keeping'];
export const DOWNLOAD_STAGES: readonly ImportStage[] = ['downloading', 'converting', 'trying', 'keeping'];

const STAGE_WORDS: Readonly<Record<ImportStage, string>> = {
  downloading: 'Downloading',
  reading: 'Reading',
  converting: 'Converting',
  trying: 'Trying it on a small picture',
  keeping: 'Keeping',
};

/** Whether bytes tell how far a stage is. */
export function isCounted(stage: ImportStage): boolean {
  return stage === 'downloading' || stage === 'reading' || stage === 'keeping';
}

/** What happens now, with numbers where there are some. */
export function stageText({ progress: { stage, loadedBytes, totalBytes } }: Running): string {
  const words = STAGE_WORDS[stage];
  if (!isCounted(stage) || loadedBytes === 0) return words;
  const of = totalBytes === null ? '' : ` of ${bytesText(totalBytes)}`;
  return `${words} ${bytesText(loadedBytes)}${of}`;
}

/** `2 more wait`; empty where none does. */
export function waitingText({ waiting }: Running): string {
  if (waiting === 0) return '';
  return countText(waiting, 'more model waits', 'more models wait');
}

/** Ways in which a download fails once and may not fail twice: `details.reason` of its error. */
const PASSING = new Set<unknown>([
  'interrupted',
  'stalled',
  'offline',
  'server-error',
  'blocked',
  'elsewhere',
]);

/** What the button says that downloads once more; null where that would end in the same way. */
export function retryWord(
  { code, details: { reason, bytes } }: WireError,
  files: readonly { readonly sha256: string | null }[],
): string | null {
  if (code !== 'storage-full' && reason !== 'wrong-hash' && !PASSING.has(reason)) return null;
  const keepsPart = files.every(({ sha256 }) => sha256 !== null);
  const hasPart = (reason === 'interrupted' || reason === 'stalled') && Number(bytes) > 0;
  return keepsPart && hasPart ? 'Resume' : 'Try again';
}

/** “ESRGAN · 4× · by Helaman · CC-BY-4.0”. */
export function modelFacts(model: LibraryModel): string {
  const { architecture, author, licence } = model;
  return factsText([
    familyOf(architecture ?? ''),
    ownScaleText(model),
    author && `by ${author}`,
    licence && licenceName(licence),
  ]);
}

/** What the licence of a model means; where nobody knows the model, that is said first. */
export function licenceSentence({ licence }: Pick<LibraryModel, 'licence'>): string {
  return licence ? licenceTerms(licence).sentence : `No licence is known. ${licenceTerms('').sentence}`;
}

/** For a screen reader: which halves wait. */
export function halvesAnnouncement(halves: readonly Half<GivenFile>[]): string {
  return halves
    .map(({ file, wanted }) => `${file.name} is half of a model. Its ${wanted} file is needed, too.`)
    .join(' ');
}

/** For a screen reader: where an arrival is, without the numbers that change all the time. */
export function announcement(arrival: Arrival): string {
  switch (arrival.kind) {
    case 'none':
    case 'failed':
      return '';
    case 'running':
      return `${arrival.name}: ${STAGE_WORDS[arrival.progress.stage]}`;
    case 'added':
      return `${arrival.model.name} is ready. ${modelFacts(arrival.model)}. ${licenceSentence(arrival.model)}`;
  }
}
