import type { JobReport, Warning } from '../../state/contracts.ts';
import type { DoneJob } from '../../state/job.ts';
import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Disclosure } from '../controls/disclosure.tsx';
import { isWorthAWord } from '../quiet-warnings.ts';
import { bytesText, countText, durationText, sizeText } from '../words.ts';
import { FORMAT_LABELS } from './format-picker.tsx';
import { halfText } from './learned-words.ts';
import styles from './result-summary.module.css';

const cx = classesOf(styles);

/** What came out, and, folded, how it was made. */
export function ResultSummary() {
  const job = useApp((state) => state.job);
  const models = useApp((state) => state.catalog.models);
  if (job.kind !== 'done') return null;
  const { report } = job;
  const model = models.find((each) => each.id === report.model.id);
  return (
    <div className={cx('result')}>
      <p className={cx('file')}>
        <bdi>{job.fileName}</bdi>
      </p>
      <dl className={cx('facts')}>
        <Fact name="Before">{sizeText(report.input.width, report.input.height)}</Fact>
        <Fact name="Enlarged">{`${report.scale}×, ${model?.name ?? report.model.id}`}</Fact>
        <Fact name="Made on">{ranOn(report)}</Fact>
      </dl>
      <Warnings name="Good to know" warnings={report.warnings.filter(isWorthAWord)} />
      <Details job={job} />
    </div>
  );
}

function Details({ job: { report } }: { readonly job: DoneJob }) {
  const { ms } = report;
  const half = halfText(report);
  return (
    <Disclosure title="Details">
      <Warnings
        name="About this result"
        warnings={report.warnings.filter((warning) => !isWorthAWord(warning))}
      />
      <dl className={cx('facts', 'small')} data-testid="report">
        <Fact name="Backend">{report.backend === 'webgpu' ? 'WebGPU' : 'WASM'}</Fact>
        <Fact name="Adapter">{report.adapter}</Fact>
        <Fact name="Precision">{half ? `${report.precision} · ${half}` : report.precision}</Fact>
        <Fact name="Threads">{report.threads}</Fact>
        <Fact name="Model">{report.model.id}</Fact>
        <Fact name="Format">{`${FORMAT_LABELS[report.output.format]}, ${report.output.bitDepth} bits per channel`}</Fact>
        <Fact name="Tile sizes tried">{report.tileSizesTried.join(', ')}</Fact>
        <Fact name="Tile as run">{sizeText(report.paddedTile.width, report.paddedTile.height)}</Fact>
        <Fact name="Context, feather">{`${report.context}, ${report.feather}`}</Fact>
        <Fact name="Tiles run">
          {report.tilesRedone > 0
            ? `${report.tilesRun}, ${report.tilesRedone} of them again`
            : report.tilesRun}
        </Fact>
        {report.devicesLost > 0 && <Fact name="Devices lost">{report.devicesLost}</Fact>}
        {report.workersLost > 0 && <Fact name="Workers lost">{report.workersLost}</Fact>}
        <Fact name="Reading">{durationText(ms.reading)}</Fact>
        <Fact name="Loading">{durationText(ms.loading)}</Fact>
        <Fact name="Warming up">{durationText(ms.warmUp)}</Fact>
        <Fact name="Tiles">{durationText(ms.tiles)}</Fact>
        <Fact name="Network alone">{durationText(ms.network)}</Fact>
        <Fact name="Writing">{durationText(ms.encoding)}</Fact>
        <Fact name="In all">{`${durationText(ms.total)}, ${bytesText(report.output.bytes)}`}</Fact>
      </dl>
    </Disclosure>
  );
}

type WarningsProps = { readonly name: string; readonly warnings: readonly Warning[] };

function Warnings({ name, warnings }: WarningsProps) {
  if (warnings.length === 0) return null;
  return (
    <ul className={cx('warnings')} aria-label={name}>
      {warnings.map(({ code, message }) => (
        <li key={code} data-code={code}>
          {message}
        </li>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: string | number }) {
  return (
    <div className={cx('fact')}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ranOn(report: JobReport): string {
  if (report.backend === 'wasm') return `WASM · ${countText(report.threads, 'thread')}`;
  return `WebGPU · ${report.adapter}${report.precision === 'float16' ? ' · half precision' : ''}`;
}
