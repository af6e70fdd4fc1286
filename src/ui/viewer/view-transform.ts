/** Lengths in device pixels unless a name says otherwise; "content" pixels are those of the picture as it counts now. */
export type Viewport = { readonly width: number; readonly height: number };
export type Content = { readonly width: number; readonly height: number };

/** Where the picture lies: `zoom` device pixels per content pixel, the content point in the middle, and whether it follows the window. */
export type View = {
  readonly zoom: number;
  readonly centreX: number;
  readonly centreY: number;
  /** True until the person zooms or pans: the picture then stays fitted while the window changes. */
  readonly fitted: boolean;
};

/** The picture's rectangle in device pixels, rounded so that its edges are sharp. */
export type ScreenRect = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

/** Space kept free around a fitted picture, for the controls that float over the table. */
export type Margins = { readonly x: number; readonly y: number };

const MAX_ZOOM = 32;

/** The whole picture, in the middle. Small pictures grow to the window too: they are here to be made larger. */
export function fitted(content: Content, viewport: Viewport, margins: Margins): View {
  const room = {
    width: Math.max(16, viewport.width - 2 * margins.x),
    height: Math.max(16, viewport.height - 2 * margins.y),
  };
  const zoom = Math.min(room.width / content.width, room.height / content.height, MAX_ZOOM);
  return { zoom, centreX: content.width / 2, centreY: content.height / 2, fitted: true };
}

/** Zooms by `factor` so that the content under (`x`, `y`) stays there. */
export function zoomedAt(
  view: View,
  factor: number,
  x: number,
  y: number,
  content: Content,
  viewport: Viewport,
): View {
  const zoom = clampZoom(view.zoom * factor, content, viewport);
  const dx = x - viewport.width / 2;
  const dy = y - viewport.height / 2;
  const centreX = view.centreX + dx / view.zoom - dx / zoom;
  const centreY = view.centreY + dy / view.zoom - dy / zoom;
  return kept({ zoom, centreX, centreY, fitted: false }, content);
}

/** Moves the picture by device pixels. */
export function panned(view: View, dx: number, dy: number, content: Content): View {
  const centreX = view.centreX - dx / view.zoom;
  const centreY = view.centreY - dy / view.zoom;
  return kept({ ...view, centreX, centreY, fitted: false }, content);
}

/** The same sight when the picture counts in other pixels, as when a result replaces its source. */
export function rebased(view: View, from: Content, to: Content): View {
  const ratio = to.width / from.width;
  return {
    ...view,
    zoom: view.zoom / ratio,
    centreX: view.centreX * ratio,
    centreY: view.centreY * (to.height / from.height),
  };
}

export function screenRect(view: View, content: Content, viewport: Viewport): ScreenRect {
  const left = viewport.width / 2 - view.centreX * view.zoom;
  const top = viewport.height / 2 - view.centreY * view.zoom;
  const x = Math.round(left);
  const y = Math.round(top);
  return {
    x,
    y,
    width: Math.max(1, Math.round(left + content.width * view.zoom) - x),
    height: Math.max(1, Math.round(top + content.height * view.zoom) - y),
  };
}

/** The part of the picture that is on screen: what the divider moves over. */
export function visiblePart(rect: ScreenRect, viewport: Viewport): ScreenRect {
  const x = Math.max(0, rect.x);
  const y = Math.max(0, rect.y);
  const width = Math.min(viewport.width, rect.x + rect.width) - x;
  const height = Math.min(viewport.height, rect.y + rect.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : { x: 0, y: 0, ...viewport };
}

function clampZoom(zoom: number, content: Content, viewport: Viewport): number {
  const longest = Math.max(content.width / viewport.width, content.height / viewport.height);
  const smallest = Math.min(1, 0.5 / longest);
  return Math.min(MAX_ZOOM, Math.max(smallest, zoom));
}

/** The middle of the window stays on the picture, so that it cannot be lost. */
function kept(view: View, content: Content): View {
  return {
    ...view,
    centreX: Math.min(content.width, Math.max(0, view.centreX)),
    centreY: Math.min(content.height, Math.max(0, view.centreY)),
  };
}
