import CompareIcon from 'lucide-react/icons/columns-2';
import { useState } from 'react';
import { pictureOf } from '../../state/job.ts';
import { useApp } from '../app-context.ts';
import { Button } from '../controls/button.tsx';
import { CompareDialog } from './compare-dialog.tsx';

/** Opens the comparison of models; nothing where there is no picture or only one model. */
export function CompareButton({ labelClass }: { readonly labelClass?: string | undefined }) {
  const [open, setOpen] = useState(false);
  const picture = useApp((state) => pictureOf(state.job));
  const isBusy = useApp(({ job }) => job.kind === 'running' || job.kind === 'inspecting');
  const several = useApp(({ catalog }) => catalog.models.length > 1);
  if (!picture || !several) return null;
  return (
    <>
      <Button
        icon={<CompareIcon aria-hidden />}
        disabled={isBusy}
        title="Run several models on a part of your picture"
        onClick={() => setOpen(true)}
      >
        <span className={labelClass}>Compare models</span>
      </Button>
      {open && <CompareDialog key={picture.source} picture={picture} onClose={() => setOpen(false)} />}
    </>
  );
}
