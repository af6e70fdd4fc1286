import { type ErrorCode, toWire } from '../base/errors.ts';

/** What a notice is about; a new one replaces the old one of its topic. */
export type NoticeTopic = 'picture' | 'address' | 'clipboard';

/** One calm line over the picture that the person can send away. */
export type Notice = {
  readonly topic: NoticeTopic;
  readonly tone: 'problem' | 'note';
  readonly lines: readonly string[];
  /** Set where the notice comes from a coded error. */
  readonly code?: ErrorCode;
};

/** The notice for a file that could not be opened. */
export function pictureProblem(name: string, error: unknown): Notice {
  const { code, message, nextStep } = toWire(error);
  return {
    topic: 'picture',
    tone: 'problem',
    lines: [`“${name}” was not opened. ${message}`, nextStep],
    code,
  };
}

export function withNotice(notices: readonly Notice[], notice: Notice): readonly Notice[] {
  return [...withoutTopic(notices, notice.topic), notice];
}

export function withoutTopic(notices: readonly Notice[], topic: NoticeTopic): readonly Notice[] {
  return notices.filter((notice) => notice.topic !== topic);
}
