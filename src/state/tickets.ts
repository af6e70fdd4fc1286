import type { JobState } from './job.ts';
import { pictureOf } from './job.ts';
import type { Ticket } from './registry.ts';

/** The tickets that a job state holds, by the registry that they belong to. */
export type HeldTickets = {
  readonly sources: readonly Ticket[];
  readonly results: readonly Ticket[];
  readonly partials: readonly Ticket[];
};

/** What must stay alive while the page is in this state. */
export function ticketsOf(job: JobState): HeldTickets {
  const picture = pictureOf(job);
  const shown = job.kind === 'inspecting' ? job.previous : job;
  return {
    sources: picture ? [picture.source] : [],
    results: shown.kind === 'done' ? [shown.result] : [],
    partials: shown.kind === 'running' || shown.kind === 'cancelled' ? [shown.partial] : [],
  };
}
