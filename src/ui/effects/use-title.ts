import { useEffect } from 'react';
import { useApp } from '../app-context.ts';

const PLAIN_TITLE = 'Tessera: make pictures larger, on your own device';

/** The tab's title says how far a job is, for people who went to another tab. */
export function useTitle(): void {
  const title = useApp(({ job }) => {
    if (job.kind === 'running')
      return `${Math.floor(job.progress.fraction * 100)} % · ${job.picture.name} · Tessera`;
    if (job.kind === 'done') return `Done · ${job.fileName} · Tessera`;
    if (job.kind === 'failed') return `Failed · ${job.picture.name} · Tessera`;
    return PLAIN_TITLE;
  });
  useEffect(() => {
    document.title = title;
  }, [title]);
}
