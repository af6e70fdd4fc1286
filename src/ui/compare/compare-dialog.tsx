import { useEffect, useState } from 'react';
import { middleRegion } from '../../state/compare.ts';
import type { Picture } from '../../state/job.ts';
import { chosenModel } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import styles from './compare-dialog.module.css';
import { RegionPicker } from './region-picker.tsx';
import { Samples } from './samples.tsx';

const cx = classesOf(styles);

/** More do not fit side by side. */
const MOST_MODELS = 4;

type CompareDialogProps = { readonly picture: Picture; readonly onClose: () => void };

/** The same part of the person's picture by two to four models, to choose one by looking. */
export function CompareDialog({ picture, onClose }: CompareDialogProps) {
  const comparison = useApp((state) => state.comparison);
  const { compare, endComparison } = useActions();
  const [region, setRegion] = useState(() => middleRegion(picture));
  const { choices, picked, toggle } = useChoices();
  useEffect(() => endComparison, [endComparison]);
  if (comparison)
    return (
      <Dialog size="sights" title="Compare models" onClose={onClose}>
        <Samples comparison={comparison} onBack={endComparison} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog size="sights" title="Compare models" onClose={onClose}>
      <RegionPicker picture={picture} region={region} onMove={setRegion} />
      <fieldset className={cx('models')}>
        <legend className={cx('legend')}>Two to four models</legend>
        {choices.map(({ id, name, scale }) => (
          <label key={id} className={cx('check')}>
            <input
              type="checkbox"
              checked={picked.includes(id)}
              disabled={!picked.includes(id) && picked.length >= MOST_MODELS}
              onChange={() => toggle(id)}
            />
            {name} {scale}×
          </label>
        ))}
      </fieldset>
      <div className={cx('actions')}>
        <Button look="filled" disabled={picked.length < 2} onClick={() => void compare(region, picked)}>
          Compare
        </Button>
      </div>
    </Dialog>
  );
}

/** The models that can be compared, and those that the person picked, in the order in which they are listed. */
function useChoices() {
  const { settings, catalog } = useApp((state) => state);
  const { models } = catalog;
  const chosen = chosenModel(settings, catalog);
  // A recipe that is chosen can be compared with single models.
  const isListed = chosen === null || models.some(({ id }) => id === chosen.id);
  const choices = isListed ? models : [chosen, ...models];
  const ids = choices.map(({ id }) => id);
  const [wanted, setWanted] = useState<readonly string[]>(() => firstPicked(chosen?.id ?? '', ids));
  const picked = ids.filter((id) => wanted.includes(id));
  const toggle = (id: string) =>
    setWanted(picked.includes(id) ? picked.filter((each) => each !== id) : [...picked, id]);
  return { choices, picked, toggle };
}

/** What is chosen, and the next one: two say what comparing is, and take no longer than they have to. */
function firstPicked(chosen: string, ids: readonly string[]): readonly string[] {
  return [chosen, ...ids.filter((id) => id !== chosen)].slice(0, 2);
}
