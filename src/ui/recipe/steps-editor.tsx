import { useId } from 'react';
import type { ModelDescriptor } from '../../state/contracts.ts';
import {
  type BlendPartner,
  blendPartners,
  type Steps,
  stepsOf,
  textOfSteps,
} from '../../state/recipe-steps.ts';
import { chosenModel } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { NamesApart } from '../names-apart.tsx';
import styles from './steps-editor.module.css';

const cx = classesOf(styles);

/** Several models for one picture: one before and one after the chosen one, that one twice, or between two trainings of it. */
export function StepsEditor() {
  const models = useApp((state) => state.catalog.models);
  const library = useApp((state) => state.own.list);
  const text = useApp((state) => chosenModel(state.settings, state.catalog)?.id ?? '');
  const { choose } = useActions();
  const titleId = useId();
  const steps = stepsOf(text, models);
  const change = (changes: Partial<Steps>) =>
    steps && choose({ model: textOfSteps({ ...steps, ...changes }), scale: null });
  return (
    <section className={cx('steps')} aria-labelledby={titleId}>
      <h2 id={titleId} className={cx('title')}>
        Several models
      </h2>
      {steps ? (
        <>
          <ModelRow
            label="First"
            hint="Such as one that takes noise away before the chosen model enlarges."
            value={steps.before}
            models={restorersOf(models)}
            onChoose={(before) => change({ before })}
          />
          <Blend steps={steps} partners={blendPartners(steps.main.model, library)} onChange={change} />
          <label className={cx('check')}>
            <input
              type="checkbox"
              checked={steps.twice}
              onChange={(event) => change({ twice: event.currentTarget.checked })}
            />
            Run <bdi>{nameOf(steps.main.model, models)}</bdi> twice
          </label>
          <ModelRow
            label="Then"
            hint="Works on the enlarged picture, which takes longer."
            value={steps.after}
            models={models}
            onChoose={(after) => change({ after })}
          />
          <Problem />
        </>
      ) : (
        <>
          <p className={cx('hint')}>
            The chosen recipe has more steps than can be changed here: <code>{text}</code>
          </p>
          <Button look="outlined" onClick={() => choose({ model: null, scale: null })}>
            Start again with one model
          </Button>
        </>
      )}
    </section>
  );
}

/** Why the models do not go together, while nothing above the start button says it. */
function Problem() {
  const problem = useApp((state) => state.recipeProblem);
  const isSaidBelow = useApp(({ job }) => ['idle', 'picked', 'cancelled'].includes(job.kind));
  if (!problem || isSaidBelow) return null;
  return (
    <p className={cx('problem')} role="alert" data-code={problem.code}>
      <NamesApart text={`${problem.message} ${problem.nextStep}`} />
    </p>
  );
}

type ModelRowProps = {
  readonly label: string;
  readonly hint: string;
  readonly value: string | null;
  readonly models: readonly ModelDescriptor[];
  readonly onChoose: (id: string | null) => void;
};

/** The one that is chosen is listed too, whatever it is. */
function ModelRow({ label, hint, value, models, onChoose }: ModelRowProps) {
  const id = useId();
  const all = useApp((state) => state.catalog.models);
  const chosen = all.filter((model) => model.id === value && !models.includes(model));
  const none = models.length === 0 && chosen.length === 0;
  return (
    <div className={cx('row')}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        aria-describedby={`${id}-hint`}
        className={cx('select')}
        value={value ?? ''}
        disabled={none}
        onChange={(event) => onChoose(event.currentTarget.value || null)}
      >
        <option value="">Nothing</option>
        {[...models, ...chosen].map((model) => (
          <option key={model.id} value={model.id}>
            {model.name} {model.scale}×
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className={cx('hint')}>
        {none ? 'No model is here that restores without enlarging (1×).' : hint}
      </p>
    </div>
  );
}

type BlendProps = {
  readonly steps: Steps;
  readonly partners: readonly BlendPartner[];
  readonly onChange: (changes: Partial<Steps>) => void;
};

/** Only where the library has a second training of the chosen model. */
function Blend({ steps: { main }, partners, onChange }: BlendProps) {
  const id = useId();
  const { model, blend } = main;
  const models = useApp((state) => state.catalog.models);
  const partner = partners.find((each) => each.model.id === blend?.with);
  // The address may name one that is no partner; why it is none is said below.
  const others = blend && !partner ? models.filter(({ id }) => id === blend.with) : [];
  if (partners.length === 0 && !blend) return null;
  const set = (other: string | null, percent: number) =>
    onChange({ main: { model, blend: other === null ? null : { with: other, percent } } });
  return (
    <div className={cx('row')}>
      <label htmlFor={id}>Blend with</label>
      <select
        id={id}
        className={cx('select')}
        value={blend?.with ?? ''}
        onChange={(event) => set(event.currentTarget.value || null, blend?.percent ?? 50)}
      >
        <option value="">Nothing</option>
        {[...partners.map((each) => each.model), ...others].map(({ id: other, name }) => (
          <option key={other} value={other}>
            {name}
          </option>
        ))}
      </select>
      {blend && (
        <>
          <label htmlFor={`${id}-share`}>
            {partner?.isDenoise ? 'Denoise strength' : 'Share of the chosen model'}
          </label>
          <div className={cx('slider')}>
            <input
              id={`${id}-share`}
              type="range"
              min={0}
              max={100}
              step={5}
              value={blend.percent}
              aria-valuetext={`${blend.percent} percent`}
              onChange={(event) => set(blend.with, Number(event.currentTarget.value))}
            />
            <output htmlFor={`${id}-share`}>{blend.percent} %</output>
          </div>
        </>
      )}
    </div>
  );
}

function restorersOf(models: readonly ModelDescriptor[]): readonly ModelDescriptor[] {
  return models.filter(({ scale }) => scale === 1);
}

function nameOf(id: string, models: readonly ModelDescriptor[]): string {
  return models.find((model) => model.id === id)?.name ?? id;
}
