/** Ends a request of which nothing is heard for too long. */
export type StallWatch = {
  /** Aborted when the person cancels, or when nothing was heard for too long. */
  readonly signal: AbortSignal;
  /** Something was heard. */
  feed(): void;
  hasStalled(): boolean;
  stop(): void;
};

/** Starts watching. @param ms the longest silence */
export function watchStall(ms: number, cancel: AbortSignal): StallWatch {
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), ms);
  return {
    signal: AbortSignal.any([cancel, stall.signal]),
    feed() {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), ms);
    },
    hasStalled: () => stall.signal.aborted,
    stop: () => clearTimeout(timer),
  };
}
