import { type PointerEvent, useRef } from 'react';

/** How far the grip is pulled before the sheet follows, in CSS pixels. */
const PULL_PX = 24;

/** Handlers for the sheet's grip: pulled up it opens, pulled down it closes; a plain press stays a click. */
export function useSheetDrag(setOpen: (open: boolean) => void) {
  const startY = useRef<number | null>(null);
  const pulled = useRef(false);
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      startY.current = event.clientY;
      pulled.current = false;
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (startY.current === null) return;
      const distance = event.clientY - startY.current;
      if (Math.abs(distance) < PULL_PX) return;
      pulled.current = true;
      startY.current = event.clientY;
      setOpen(distance < 0);
    },
    onPointerUp() {
      startY.current = null;
    },
    onPointerCancel() {
      startY.current = null;
    },
    onClickCapture(event: { preventDefault(): void; stopPropagation(): void }) {
      // The click that ends a pull would undo it.
      if (!pulled.current) return;
      pulled.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
