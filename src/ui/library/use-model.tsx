import CheckIcon from 'lucide-react/icons/check';
import { chosenModel } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { Button } from '../controls/button.tsx';

type UseModelProps = { readonly id: string; readonly name: string };

/** Chooses a model, or says that it is chosen. */
export function UseModel({ id, name }: UseModelProps) {
  const chosen = useApp((state) => chosenModel(state.settings, state.catalog)?.id === id);
  const running = useApp((state) => state.job.kind === 'running');
  const { choose } = useActions();
  return (
    <Button
      look={chosen ? 'quiet' : 'outlined'}
      icon={chosen && <CheckIcon aria-hidden />}
      aria-label={chosen ? `${name} is in use` : `Use ${name}`}
      disabled={running && !chosen}
      title={running ? 'Tessera is still working' : undefined}
      onClick={() => choose({ model: id, scale: null })}
    >
      {chosen ? 'In use' : 'Use'}
    </Button>
  );
}
