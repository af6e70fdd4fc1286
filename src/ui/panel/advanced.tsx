import { type ReactNode, useId } from 'react';
import { useActions, useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Disclosure } from '../controls/disclosure.tsx';
import { StepsEditor } from '../recipe/steps-editor.tsx';
import styles from './advanced.module.css';
import { Learned } from './learned.tsx';

const cx = classesOf(styles);

const TILES = [32, 64, 128, 256, 512, 1024] as const;
const CONTEXTS = [4, 8, 16, 24, 32, 48, 64] as const;
const FEATHERS = [0, 4, 8, 16] as const;

/** What most people never need: how the picture is cut into tiles, what runs the model, several models, and what was learned. */
export function Advanced() {
  const { tile, context, feather, backend } = useApp((state) => state.settings);
  const { choose, lookUpLearned } = useActions();
  return (
    <Disclosure title="Advanced" onOpen={() => void lookUpLearned()}>
      <div className={cx('rows')}>
        <NumberRow
          label="Tile"
          hint="Smaller tiles need less memory and take longer."
          value={tile}
          choices={TILES}
          onChoose={(value) => choose({ tile: value })}
        />
        <NumberRow
          label="Context"
          hint="Pixels read around each tile, so that no seam is seen."
          value={context}
          choices={CONTEXTS}
          onChoose={(value) => choose({ context: value })}
        />
        <NumberRow
          label="Feather"
          hint="Pixels over which neighbouring tiles blend."
          value={feather}
          choices={FEATHERS.filter((each) => context === null || each <= 2 * context)}
          onChoose={(value) => choose({ feather: value })}
        />
        <Row
          label="Backend"
          hint="The one named here is used, or the job fails. Only tiles that the graphics card fails at or gets wrong again and again are left to the processor."
        >
          {(id, hintId) => (
            <select
              id={id}
              aria-describedby={hintId}
              className={cx('select')}
              value={backend ?? ''}
              onChange={(event) => {
                const { value } = event.currentTarget;
                choose({ backend: value === 'webgpu' || value === 'wasm' ? value : null });
              }}
            >
              <option value="">Automatic</option>
              <option value="webgpu">WebGPU (graphics card)</option>
              <option value="wasm">WASM (processor)</option>
            </select>
          )}
        </Row>
        <StepsEditor />
        <Learned />
      </div>
    </Disclosure>
  );
}

type RowProps = {
  readonly label: string;
  readonly hint: string;
  readonly children: (id: string, hintId: string) => ReactNode;
};

function Row({ label, hint, children }: RowProps) {
  const id = useId();
  return (
    <div className={cx('row')}>
      <label htmlFor={id}>{label}</label>
      {children(id, `${id}-hint`)}
      <p id={`${id}-hint`} className={cx('hint')}>
        {hint}
      </p>
    </div>
  );
}

type NumberRowProps = {
  readonly label: string;
  readonly hint: string;
  readonly value: number | null;
  readonly choices: readonly number[];
  readonly onChoose: (value: number | null) => void;
};

/** A number from a short list; one that came from an address and is not in it is listed too. */
function NumberRow({ label, hint, value, choices, onChoose }: NumberRowProps) {
  const listed =
    value === null || choices.includes(value) ? choices : [...choices, value].sort((a, b) => a - b);
  return (
    <Row label={label} hint={hint}>
      {(id, hintId) => (
        <select
          id={id}
          aria-describedby={hintId}
          className={cx('select')}
          value={value ?? ''}
          onChange={(event) =>
            onChoose(event.currentTarget.value === '' ? null : Number(event.currentTarget.value))
          }
        >
          <option value="">Auto</option>
          {listed.map((choice) => (
            <option key={choice} value={choice}>
              {choice} px
            </option>
          ))}
        </select>
      )}
    </Row>
  );
}
