import { useId } from 'react';
import { licenceTerms } from '../../models/licence.ts';
import type { ModelDescriptor } from '../../state/contracts.ts';
import { chosenModel } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { Licence } from '../library/licence.tsx';
import { familyOf } from '../library/model-words.ts';
import { useLibrary } from '../library/open-library.tsx';
import { bytesText, countText } from '../words.ts';
import styles from './model-picker.module.css';

const cx = classesOf(styles);

/** So many of the person's own models stand in the panel; the library has all. */
const OWN_SHOWN = 2;

/** The models, named by what they are for: those that are built in, and the person's own as far as there is room. */
export function ModelPicker() {
  const { settings, catalog } = useApp((state) => state);
  const { models } = catalog;
  const chosen = chosenModel(settings, catalog);
  const isRecipe = chosen !== null && !models.some(({ id }) => id === chosen.id);
  const { choose } = useActions();
  const library = useLibrary();
  const name = useId();
  const shown = shownModels(models, chosen?.id);
  const hidden = models.length - shown.length;
  return (
    <fieldset className={cx('models')}>
      <legend className={cx('legend')}>Model</legend>
      {[...(isRecipe ? [chosen] : []), ...shown].map((model) => (
        <ModelCard
          key={model.id}
          model={model}
          several={isRecipe && model === chosen}
          group={name}
          checked={model.id === chosen?.id}
          onChoose={() => choose({ model: model.id, scale: null })}
        />
      ))}
      <div className={cx('more')}>
        {hidden > 0 && (
          <Button onClick={() => library.open('own')}>{countText(hidden, 'more model')}…</Button>
        )}
        <Button onClick={() => library.open('get')}>Add or get models…</Button>
      </div>
    </fieldset>
  );
}

/** In the catalog's order, the newest of the own ones first; the chosen one is always among them. */
function shownModels(models: readonly ModelDescriptor[], chosen: string | undefined) {
  const own = models.filter(({ file }) => file === null);
  const first = new Set(own.slice(0, OWN_SHOWN));
  const last = own.find(({ id }) => id === chosen);
  if (last && !first.has(last)) {
    first.delete(own[OWN_SHOWN - 1] as ModelDescriptor);
    first.add(last);
  }
  return models.filter((model) => model.file !== null || first.has(model));
}

type ModelCardProps = {
  readonly model: ModelDescriptor;
  /** A recipe of several models: each has its own licence and family. */
  readonly several: boolean;
  readonly group: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
};

function ModelCard({ model, several, group, checked, onChoose }: ModelCardProps) {
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
        <span className={cx('title')}>
          <span className={cx('name', several && 'several')} title={model.name}>
            <bdi>{model.name}</bdi>
          </span>
          <span className={cx('scale')}>{model.scale}×</span>
        </span>
        <span id={aboutId} className={cx('about')}>
          {several ? (
            <span>Several models together, as set up under Advanced.</span>
          ) : (
            <>
              {checked && <span>{aboutText(model)}</span>}
              <span className={cx('facts')}>
                {model.file === null && model.description && `${familyOf(model.description)} · `}
                {bytesText(model.bytes)} · <Licence licence={model.licence} />
              </span>
            </>
          )}
        </span>
      </span>
    </label>
  );
}

/** What it is good for; of a model that the person brought, only what its licence allows is known. */
function aboutText({ file, description, licence }: ModelDescriptor): string {
  return file === null ? licenceTerms(licence).sentence : description;
}

/** More would be dust. */
const MOST_STONES = 6;

/** One stone and the stones that the model makes of it. */
function ScaleGlyph({ scale: real }: { readonly scale: number }) {
  const scale = Math.min(real, MOST_STONES);
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
