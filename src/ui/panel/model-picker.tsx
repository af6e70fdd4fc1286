import { useId } from 'react';
import type { ModelDescriptor } from '../../state/contracts.ts';
import { chosenModel } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { bytesText } from '../words.ts';
import styles from './model-picker.module.css';

const cx = classesOf(styles);

/** The models, named by what they are for. */
export function ModelPicker() {
  const catalog = useApp((state) => state.catalog);
  const chosen = useApp((state) => chosenModel(state.settings, state.catalog));
  const { choose } = useActions();
  const name = useId();
  return (
    <fieldset className={cx('models')}>
      <legend className={cx('legend')}>Model</legend>
      {catalog.models.map((model) => (
        <ModelCard
          key={model.id}
          model={model}
          group={name}
          checked={model === chosen}
          onChoose={() => choose({ model: model.id, scale: null })}
        />
      ))}
    </fieldset>
  );
}

type ModelCardProps = {
  readonly model: ModelDescriptor;
  readonly group: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
};

function ModelCard({ model, group, checked, onChoose }: ModelCardProps) {
  const aboutId = useId();
  return (
    <label className={cx('card')}>
      <input
        type="radio"
        className={cx('input')}
        name={group}
        value={model.id}
        checked={checked}
        onChange={onChoose}
        aria-label={`${model.name} ${model.scale}×`}
        aria-describedby={aboutId}
      />
      <ScaleGlyph scale={model.scale} />
      <span className={cx('text')}>
        <span className={cx('name')}>
          {model.name} <span className={cx('scale')}>{model.scale}×</span>
        </span>
        <span id={aboutId} className={cx('about')}>
          {checked && <span>{model.description}</span>}
          <span className={cx('facts')}>
            {bytesText(model.bytes)} · {model.licence}
          </span>
        </span>
      </span>
    </label>
  );
}

/** One stone and the stones that the model makes of it. */
function ScaleGlyph({ scale }: { readonly scale: number }) {
  const side = 24 / scale;
  const cells = Array.from({ length: scale * scale }, (_, index) => index);
  return (
    <svg className={cx('glyph')} viewBox="0 0 24 24" width="24" height="24" aria-hidden>
      {cells.map((index) => (
        <rect
          key={index}
          x={(index % scale) * side + 0.75}
          y={Math.floor(index / scale) * side + 0.75}
          width={side - 1.5}
          height={side - 1.5}
          rx={1}
          opacity={0.45 + 0.55 * (((index * 7) % 5) / 4)}
          fill="currentColor"
        />
      ))}
    </svg>
  );
}
