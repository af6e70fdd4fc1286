import MinusIcon from 'lucide-react/icons/minus';
import PlusIcon from 'lucide-react/icons/plus';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import type { ViewMove } from './use-view.ts';
import styles from './zoom-bar.module.css';

const cx = classesOf(styles);

/** One press of a zoom button or key. */
export const ZOOM_STEP = 1.25;

type ZoomBarProps = {
  /** Device pixels per picture pixel. */
  readonly zoom: number;
  readonly fitted: boolean;
  readonly move: (step: ViewMove) => void;
};

export function ZoomBar({ zoom, fitted, move }: ZoomBarProps) {
  return (
    <div className={cx('bar')} role="toolbar" aria-label="Zoom">
      <Button
        look="glass"
        iconOnly
        icon={<MinusIcon aria-hidden />}
        title="Zoom out (-)"
        onClick={() => move({ kind: 'zoom', factor: 1 / ZOOM_STEP })}
      >
        Zoom out
      </Button>
      <output className={cx('percent')} aria-label="Zoom level">
        {zoomText(zoom)}
      </output>
      <Button
        look="glass"
        iconOnly
        icon={<PlusIcon aria-hidden />}
        title="Zoom in (+)"
        onClick={() => move({ kind: 'zoom', factor: ZOOM_STEP })}
      >
        Zoom in
      </Button>
      <span className={cx('rule')} />
      <Button
        look="glass"
        aria-pressed={fitted}
        title="Fit the window (0 or F)"
        onClick={() => move({ kind: 'fit' })}
      >
        Fit
      </Button>
      <Button
        look="glass"
        aria-pressed={Math.abs(zoom - 1) < 0.001}
        title="One picture pixel is one screen pixel (1)"
        onClick={() => move({ kind: 'actual' })}
      >
        100 %
      </Button>
    </div>
  );
}

function zoomText(zoom: number): string {
  const percent = zoom * 100;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
