import { createContext, type ReactNode, useCallback, useContext, useRef } from 'react';
import { useActions } from '../app-context.ts';
import { useShortcuts } from '../effects/use-shortcuts.ts';

/** Pictures, and models in the forms that are converted; an ncnn model is two files. */
const ACCEPTED = 'image/*,.onnx,.pth,.pt,.ckpt,.safetensors,.param,.bin,.zip';

const OpenDialogContext = createContext<() => void>(() => undefined);

/** Opens the system's file dialog; call it from a click or a key. */
export function useOpenDialog(): () => void {
  return useContext(OpenDialogContext);
}

/** Holds the page's one file input, which every "open" button clicks. */
export function OpenDialogProvider({ children }: { readonly children: ReactNode }) {
  const { take } = useActions();
  const input = useRef<HTMLInputElement>(null);
  const show = useCallback(() => input.current?.click(), []);
  useShortcuts({ o: show });
  return (
    <OpenDialogContext value={show}>
      <input
        ref={input}
        hidden
        type="file"
        multiple
        accept={ACCEPTED}
        aria-label="Picture or model file"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // Else choosing the same file again would be no change.
          event.currentTarget.value = '';
          if (files.length > 0) void take(files.map((file) => ({ name: file.name, blob: file })));
        }}
      />
      {children}
    </OpenDialogContext>
  );
}
