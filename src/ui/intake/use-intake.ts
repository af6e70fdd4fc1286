import { useEffect, useState } from 'react';
import { useActions } from '../app-context.ts';

/** Takes pictures and models that are dropped anywhere or pasted; true while files hang over the window. */
export function useIntake(): boolean {
  const { take: takeFiles } = useActions();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Enter and leave come for every element on the way; only the balance says whether files are still over the window.
    let depth = 0;
    const settle = (next: number) => {
      depth = Math.max(0, next);
      setOver(depth > 0);
    };
    function onEnter(event: DragEvent) {
      if (hasFiles(event)) settle(depth + 1);
    }
    function onLeave(event: DragEvent) {
      if (hasFiles(event)) settle(depth - 1);
    }
    function onOver(event: DragEvent) {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    }
    function onDrop(event: DragEvent) {
      settle(0);
      if (!hasFiles(event)) return;
      event.preventDefault();
      take(event.dataTransfer);
    }
    function onPaste(event: ClipboardEvent) {
      if (event.target instanceof HTMLInputElement && event.target.type !== 'file') return;
      if (event.clipboardData?.files.length) take(event.clipboardData);
    }
    function take(data: DataTransfer | null) {
      const files = [...(data?.files ?? [])];
      if (files.length > 0)
        void takeFiles(files.map((file) => ({ name: file.name || 'pasted.png', blob: file })));
    }
    window.addEventListener('dragenter', onEnter);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, [takeFiles]);
  return over;
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
