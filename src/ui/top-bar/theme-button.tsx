import MoonIcon from 'lucide-react/icons/moon';
import SunIcon from 'lucide-react/icons/sun';
import MonitorIcon from 'lucide-react/icons/sun-moon';
import type { Theme } from '../../state/settings.ts';
import { useActions, useApp } from '../app-context.ts';
import { Button } from '../controls/button.tsx';

const THEMES: Record<Theme, { readonly next: Theme; readonly name: string; readonly icon: typeof SunIcon }> =
  {
    system: { next: 'light', name: 'as the system', icon: MonitorIcon },
    light: { next: 'dark', name: 'light', icon: SunIcon },
    dark: { next: 'system', name: 'dark', icon: MoonIcon },
  };

/** Goes round the three themes; its name says which one holds. */
export function ThemeButton() {
  const theme = useApp((state) => state.settings.theme);
  const { choose } = useActions();
  const { next, name, icon: Icon } = THEMES[theme];
  return (
    <Button iconOnly icon={<Icon aria-hidden />} onClick={() => choose({ theme: next })}>
      {`Theme: ${name}`}
    </Button>
  );
}
