import { useCallback, useLayoutEffect, useReducer, useRef } from 'react';
import {
  type Content,
  fitted,
  type Margins,
  panned,
  rebased,
  type View,
  type Viewport,
  zoomedAt,
} from './view-transform.ts';

/** What moves the picture. Positions and distances are device pixels of the viewer. */
export type ViewMove =
  | { readonly kind: 'fit' }
  | { readonly kind: 'actual' }
  | { readonly kind: 'zoom'; readonly factor: number; readonly x?: number; readonly y?: number }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number };

type Sight = {
  readonly view: View;
  readonly content: Content;
  readonly viewport: Viewport;
  readonly margins: Margins;
};

type SightChange =
  | ViewMove
  | { readonly kind: 'window'; readonly viewport: Viewport; readonly margins: Margins }
  | { readonly kind: 'content'; readonly content: Content; readonly samePicture: boolean };

/** The view of one picture; `pictureKey` changes when another picture is opened, and the view then fits again. */
export function useView(content: Content, pictureKey: unknown) {
  const [sight, change] = useReducer(changed, content, firstSight);
  const shown = useRef(pictureKey);
  const { width, height } = content;
  useLayoutEffect(() => {
    change({ kind: 'content', content: { width, height }, samePicture: shown.current === pictureKey });
    shown.current = pictureKey;
  }, [width, height, pictureKey]);
  const move = useCallback((step: ViewMove) => change(step), []);
  const resize = useCallback(
    (viewport: Viewport, margins: Margins) => change({ kind: 'window', viewport, margins }),
    [],
  );
  return { sight, move, resize };
}

function firstSight(content: Content): Sight {
  const viewport = { width: 1, height: 1 };
  const margins = { x: 0, y: 0 };
  return { view: fitted(content, viewport, margins), content, viewport, margins };
}

function changed(sight: Sight, change: SightChange): Sight {
  const { view, content, viewport, margins } = sight;
  switch (change.kind) {
    case 'fit':
      return { ...sight, view: fitted(content, viewport, margins) };
    case 'actual':
      return zoomed(sight, 1 / view.zoom);
    case 'zoom':
      return zoomed(sight, change.factor, change.x, change.y);
    case 'pan':
      return { ...sight, view: panned(view, change.dx, change.dy, content) };
    case 'window':
      return refitted({ ...sight, viewport: change.viewport, margins: change.margins });
    case 'content': {
      const next = { ...sight, content: change.content };
      if (!change.samePicture) return { ...next, view: fitted(change.content, viewport, margins) };
      return refitted({ ...next, view: rebased(view, content, change.content) });
    }
  }
}

function zoomed(sight: Sight, factor: number, x?: number, y?: number): Sight {
  const { view, content, viewport } = sight;
  const at = { x: x ?? viewport.width / 2, y: y ?? viewport.height / 2 };
  return { ...sight, view: zoomedAt(view, factor, at.x, at.y, content, viewport) };
}

function refitted(sight: Sight): Sight {
  if (!sight.view.fitted) return sight;
  return { ...sight, view: fitted(sight.content, sight.viewport, sight.margins) };
}
