import type { KeyboardEvent, PointerEvent } from 'react';
import { classesOf } from '../classes.ts';
import styles from './divider.module.css';
import { between01, splitAfterKey } from './split-key.ts';

const cx = classesOf(styles);

type DividerProps = {
  /** 0..1 of the visible part of the picture. */
  readonly split: number;
  /** The visible part of the picture, in CSS pixels of the viewer. */
  readonly span: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly onSplit: (split: number) => void;
};

/** The line between before and after: a slider for mouse, touch and keyboard; a double click puts it in the middle. */
export function Divider({ split, span, onSplit }: DividerProps) {
  const percent = Math.round(split * 100);

  function drag(event: PointerEvent<HTMLDivElement>) {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const table = event.currentTarget.parentElement?.getBoundingClientRect();
    if (table) onSplit(between01((event.clientX - table.left - span.left) / span.width));
  }

  function onKeyDown(event: KeyboardEvent) {
    const next = splitAfterKey(event.key, event.shiftKey, split);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    onSplit(next);
  }

  return (
    <div
      className={cx('divider')}
      style={{
        left: `${span.left + span.width * split}px`,
        top: `${span.top}px`,
        height: `${span.height}px`,
      }}
      role="slider"
      tabIndex={0}
      aria-label="Divider between before and after"
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${percent} % before, ${100 - percent} % after`}
      title="Drag, or use the arrow keys; double click for the middle"
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onDoubleClick={(event) => {
        event.stopPropagation();
        onSplit(0.5);
      }}
      onKeyDown={onKeyDown}
    >
      <span className={cx('handle')} aria-hidden>
        <svg viewBox="0 0 20 12" width="20" height="12">
          <title>Divider</title>
          <path d="M6 1 1 6l5 5M14 1l5 5-5 5" fill="none" stroke="currentColor" strokeWidth="2" />
        </svg>
      </span>
    </div>
  );
}
