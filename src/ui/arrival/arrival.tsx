import CheckIcon from 'lucide-react/icons/check';
import BoxIcon from 'lucide-react/icons/package';
import AlertIcon from 'lucide-react/icons/triangle-alert';
import CloseIcon from 'lucide-react/icons/x';
import type { ReactNode } from 'react';
import type { ErrorDetails } from '../../base/errors.ts';
import { fileNameOf } from '../../models/offer.ts';
import type { Arrival as ArrivalState } from '../../state/models.ts';
import type { GivenFile, Half } from '../../worker/models-protocol.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { ERROR_WORDS } from '../errors/error-words.ts';
import { NamesApart } from '../names-apart.tsx';
import styles from './arrival.module.css';
import {
  DOWNLOAD_STAGES,
  isCounted,
  licenceSentence,
  modelFacts,
  retryWord,
  STAGES,
  stageText,
  waitingText,
} from './arrival-words.ts';

const cx = classesOf(styles);

/** A model on its way into the library, and what came of it. Said aloud by `LiveRegion`, failures by themselves. */
export function Arrival() {
  const missed = useApp((state) => state.own.missed);
  const halves = useApp((state) => state.own.halves);
  return (
    <>
      {halves.map((half) => (
        <Waiting key={half.file.name} half={half} />
      ))}
      {missed.map((arrival) => (
        <Failed key={arrival.name} arrival={arrival} />
      ))}
      <Latest />
    </>
  );
}

function Latest() {
  const arrival = useApp((state) => state.own.arrival);
  switch (arrival.kind) {
    case 'none':
      return null;
    case 'running':
      return <Running arrival={arrival} />;
    case 'added':
      return <Added arrival={arrival} />;
    case 'failed':
      return <Failed arrival={arrival} />;
  }
}

/** It stays until its other half comes, whatever else arrives, or until the person sends it away. */
function Waiting({ half }: { readonly half: Half<GivenFile> }) {
  const { dismissHalf } = useActions();
  const { file, wanted } = half;
  return (
    <Card
      tone="calm"
      sign={<BoxIcon aria-hidden />}
      label="Half of a model"
      testId="half"
      onDismiss={() => dismissHalf(half)}
    >
      <p className={cx('heading')}>
        <bdi>{file.name}</bdi> is half of an ncnn model
      </p>
      <p className={cx('quiet')}>
        Drop its {wanted} file, too, now or later. If that has another name, drop both together.
      </p>
    </Card>
  );
}

type CardProps = {
  readonly tone: 'calm' | 'good' | 'problem';
  readonly sign: ReactNode;
  readonly label?: string;
  readonly testId?: string;
  readonly onDismiss: () => void;
  readonly children: ReactNode;
};

/** One that the person can send away. */
function Card({ tone, sign, label = 'Adding a model', testId = 'arrival', onDismiss, children }: CardProps) {
  return (
    <section
      className={cx('card', tone)}
      aria-label={label}
      data-testid={testId}
      role={tone === 'problem' ? 'alert' : undefined}
    >
      <span className={cx('sign')}>{sign}</span>
      <div className={cx('lines')}>{children}</div>
      <Button iconOnly icon={<CloseIcon aria-hidden />} onClick={onDismiss}>
        Dismiss
      </Button>
    </section>
  );
}

type Of<Kind extends ArrivalState['kind']> = { readonly arrival: Extract<ArrivalState, { kind: Kind }> };

function Running({ arrival }: Of<'running'>) {
  const { cancelArrival } = useActions();
  const { name, progress, waiting } = arrival;
  const stages = progress.stage === 'downloading' ? DOWNLOAD_STAGES : STAGES;
  const at = stages.indexOf(progress.stage);
  const loaded = progress.totalBytes ? progress.loadedBytes / progress.totalBytes : 0;
  return (
    <section className={cx('card', 'calm')} aria-label="Adding a model" data-testid="arrival">
      <span className={cx('sign')}>
        <BoxIcon aria-hidden />
      </span>
      <div className={cx('lines')}>
        <p className={cx('heading', 'name')} title={name}>
          <bdi>{name}</bdi>
        </p>
        <div
          className={cx('stones')}
          role="progressbar"
          aria-label={`Adding ${name}`}
          aria-valuetext={stageText(arrival)}
        >
          {stages.map((stage, index) => (
            <span
              key={stage}
              className={cx('stone', stage === 'downloading' && 'long', index < at && 'done')}
            >
              {index === at && (
                <span
                  className={cx('part', !isCounted(stage) && 'now')}
                  style={isCounted(stage) ? { width: `${100 * loaded}%` } : undefined}
                />
              )}
            </span>
          ))}
        </div>
        <p className={cx('quiet')}>
          {stageText(arrival)}
          {waiting > 0 && ` · ${waitingText(arrival)}`}
        </p>
      </div>
      <Button look="outlined" aria-label={`Cancel adding ${name}`} onClick={cancelArrival}>
        {waiting > 0 ? 'Cancel all' : 'Cancel'}
      </Button>
    </section>
  );
}

function Added({ arrival: { model, known } }: Of<'added'>) {
  const running = useApp((state) => state.job.kind === 'running');
  const { dismissArrival } = useActions();
  return (
    <Card tone="good" sign={<CheckIcon aria-hidden />} onDismiss={dismissArrival}>
      <p className={cx('heading')}>
        <bdi>{model.name}</bdi> is ready
      </p>
      <p>{modelFacts(model)}</p>
      <p className={cx('quiet')}>
        {licenceSentence(model)}
        {known && ` It is on public record${known.name === model.name ? '' : ` as ${known.name}`}.`}
        {running && ' It is chosen when this picture is done.'}
      </p>
    </Card>
  );
}

function Failed({ arrival }: Of<'failed'>) {
  const { name, error, request } = arrival;
  const { dismissArrival, retryDownload } = useActions();
  const again = request && retryWord(error, request.files);
  const url = addressIn(error.details);
  return (
    <Card tone="problem" sign={<AlertIcon aria-hidden />} onDismiss={dismissArrival}>
      <p className={cx('heading')}>{ERROR_WORDS[error.code].heading}</p>
      <p data-code={error.code}>
        {!error.message.includes(name) && (
          <>
            <bdi>{name}</bdi>:{' '}
          </>
        )}
        <NamesApart text={error.message} />
      </p>
      <p className={cx('quiet')}>
        <NamesApart text={error.nextStep} />
      </p>
      {again && (
        <div className={cx('actions')}>
          <Button look="outlined" aria-label={`${again}: ${name}`} onClick={() => retryDownload(arrival)}>
            {again}
          </Button>
        </div>
      )}
      {url && (
        <p>
          <a className={cx('link')} href={url} target="_blank" rel="noreferrer">
            Get <bdi>{fileNameOf(url) || 'it'}</bdi> yourself
          </a>
        </p>
      )}
    </Card>
  );
}

/** Where the file that did not arrive can be had; the errors of downloads name it. */
function addressIn({ url }: ErrorDetails): string | null {
  return typeof url === 'string' && url.startsWith('https://') && URL.canParse(url) ? url : null;
}
