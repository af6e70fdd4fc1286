import { type RefObject, useEffect, useRef } from 'react';

/** True while the last thing that the person touched was the keyboard, not a mouse or a finger. */
export function useKeyboardPerson(): RefObject<boolean> {
  const byKeyboard = useRef(false);
  useEffect(() => {
    const onKey = () => {
      byKeyboard.current = true;
    };
    const onPointer = () => {
      byKeyboard.current = false;
    };
    window.addEventListener('keydown', onKey, true);
    window.addEventListener('pointerdown', onPointer, true);
    return () => {
      window.removeEventListener('keydown', onKey, true);
      window.removeEventListener('pointerdown', onPointer, true);
    };
  }, []);
  return byKeyboard;
}
