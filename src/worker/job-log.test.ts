import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sourcePx } from '../base/geometry.ts';
import { startingState } from '../tiling/tile-policy.ts';
import { JobLog, type SendEvent } from './job-log.ts';
import type { Resume, ServiceRequest } from './protocol.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const request = (resume: Resume | null = null): ServiceRequest => ({
  jobId: 'job-1',
  file: new Blob([]),
  name: 'photo.png',
  options: {},
  previewSidePx: 0,
  catalogUrl: 'https://tessera.example/models/catalog.json',
  startedAt: 0,
  resume,
});

describe('JobLog', () => {
  it('counts the time of each stage on its own clock', () => {
    const log = new JobLog(request(), vi.fn());
    vi.advanceTimersByTime(5);
    const stages = [
      'reading',
      'loading-runtime',
      'loading-model',
      'warming-up',
      'tiles',
      'encoding',
    ] as const;
    stages.forEach((stage, i) => {
      log.stage(stage);
      vi.advanceTimersByTime(10 ** i);
    });
    expect(log.times()).toEqual({
      reading: 1,
      loading: 110,
      tiles: 10_000,
      encoding: 100_000,
      warmUp: 1000,
      network: 0,
    });
    expect(log.times()).toEqual(log.times());
  });

  it('adds up tiles, and keeps the warm-up apart from them', () => {
    const log = new JobLog(request(), vi.fn());
    log.stage('warming-up');
    vi.advanceTimersByTime(150);
    log.tileRun(100);
    log.stage('tiles');
    vi.advanceTimersByTime(30);
    log.tileRun(20);
    log.tilesKept(1);
    expect(log.tally()).toMatchObject({
      tilesRun: 2,
      tilesKept: 1,
      ms: { network: 120, warmUp: 150, tiles: 30 },
    });
  });

  it('goes on from what earlier workers had counted', () => {
    const first = new JobLog(request(), vi.fn());
    first.stage('tiles');
    vi.advanceTimersByTime(40);
    first.tileRun(30);
    first.warn({ code: 'single-thread', message: 'one thread' });
    const recovery = startingState(sourcePx(64));
    const resume: Resume = { recovery, tally: first.tally(), bands: [], notice: null };
    const second = new JobLog(request(structuredClone(resume)), vi.fn());
    second.stage('tiles');
    vi.advanceTimersByTime(2);
    second.tileRun(1);
    expect(second.tally()).toMatchObject({ tilesRun: 2, ms: { tiles: 42, network: 31 } });
    expect(second.warnings.map(({ code }) => code)).toEqual(['single-thread']);
  });

  it('tells a warning of one code once, with its last words', () => {
    const send = vi.fn<SendEvent>();
    const log = new JobLog(request(), send);
    log.warn({ code: 'tile-halved', message: '512 to 256' });
    log.warn({ code: 'single-thread', message: 'one thread' });
    log.warn({ code: 'tile-halved', message: '256 to 128' });
    expect(log.warnings).toEqual([
      { code: 'single-thread', message: 'one thread' },
      { code: 'tile-halved', message: '256 to 128' },
    ]);
    expect(send).toHaveBeenCalledTimes(3);
  });

  it('hands the rows of a checkpoint over, and nothing where there are none', () => {
    const send = vi.fn<SendEvent>();
    const log = new JobLog(request(), send);
    const recovery = startingState(sourcePx(64));
    const rgba = new ArrayBuffer(8);
    log.checkpoint(recovery, 16, { y: 0, height: 2, bitDepth: 8, rgba });
    log.checkpoint(recovery, 16, null);
    const kept = { kind: 'checkpoint', jobId: 'job-1', recovery, nextRow: 16 };
    expect(send.mock.calls[0]?.[0]).toMatchObject({ ...kept, band: { y: 0, height: 2 } });
    expect(send.mock.calls[0]?.[1]).toEqual([rgba]);
    expect(send.mock.calls[1]?.[0]).toMatchObject({ ...kept, band: null });
    expect(send.mock.calls[1]?.[1]).toEqual([]);
  });
});
