import { type RefObject, useEffect } from 'react';
import type { ViewMove } from './use-view.ts';

type Point = { readonly x: number; readonly y: number };

/** Lines and pages, in which some mice scroll, as pixels. */
const WHEEL_UNIT_PX = [1, 16, 400] as const;

/**
 * Wheel and pinch zoom at the cursor, drag pans. Mouse, pen and touch are all pointers. The wheel is heard on the
 * whole `table`, also over what floats on it; dragging on the `surface` alone.
 */
export function useGestures(
  table: RefObject<HTMLElement | null>,
  surface: RefObject<HTMLElement | null>,
  move: (step: ViewMove) => void,
): void {
  useEffect(() => {
    if (!surface.current || !table.current) return;
    const target = surface.current;
    const wheelTarget = table.current;
    const pointers = new Map<number, Point>();

    const local = (event: MouseEvent): Point => {
      const box = target.getBoundingClientRect();
      const ratio = window.devicePixelRatio;
      return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
    };

    function onWheel(event: WheelEvent) {
      event.preventDefault();
      const pixels = event.deltaY * (WHEEL_UNIT_PX[event.deltaMode] ?? 1);
      // A pinch on a track pad arrives as a wheel with Ctrl, in much smaller steps.
      const factor = Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002));
      move({ kind: 'zoom', factor, ...local(event) });
    }

    function onDown(event: PointerEvent) {
      if (event.button !== 0) return;
      target.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, local(event));
      target.toggleAttribute('data-dragging', true);
    }

    function onMove(event: PointerEvent) {
      const last = pointers.get(event.pointerId);
      if (!last) return;
      const now = local(event);
      const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      pointers.set(event.pointerId, now);
      const other = others[0];
      if (other) pinch(last, now, other);
      else move({ kind: 'pan', dx: now.x - last.x, dy: now.y - last.y });
    }

    function pinch(last: Point, now: Point, other: Point) {
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(now.x - other.x, now.y - other.y);
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      move({ kind: 'pan', dx: (now.x - last.x) / 2, dy: (now.y - last.y) / 2 });
      if (before > 0 && after > 0) move({ kind: 'zoom', factor: after / before, ...middle });
    }

    function onUp(event: PointerEvent) {
      pointers.delete(event.pointerId);
      target.toggleAttribute('data-dragging', pointers.size > 0);
    }

    // Not React's handlers: those listen to the wheel passively, and the page would scroll or zoom too.
    wheelTarget.addEventListener('wheel', onWheel, { passive: false });
    target.addEventListener('pointerdown', onDown);
    target.addEventListener('pointermove', onMove);
    target.addEventListener('pointerup', onUp);
    target.addEventListener('pointercancel', onUp);
    return () => {
      wheelTarget.removeEventListener('wheel', onWheel);
      target.removeEventListener('pointerdown', onDown);
      target.removeEventListener('pointermove', onMove);
      target.removeEventListener('pointerup', onUp);
      target.removeEventListener('pointercancel', onUp);
    };
  }, [table, surface, move]);
}
