import LinkIcon from 'lucide-react/icons/link';
import { sharedSearch } from '../../state/carried-model.ts';
import { useAppObject } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useFlash } from '../effects/use-flash.ts';
import styles from '../panel/foot.module.css';

const cx = classesOf(styles);

/** Puts a link to the present model and settings on the clipboard, and says what it could not carry. */
export function CopyLinkButton() {
  const { store, actions } = useAppObject();
  const [word, flash] = useFlash();
  const say = (line: string) => actions.notify({ topic: 'clipboard', tone: 'note', lines: [line] });
  async function copy() {
    const { search, onlyHere } = sharedSearch(window.location.search, store.getState());
    const { origin, pathname, hash } = window.location;
    try {
      await navigator.clipboard.writeText(origin + pathname + search + hash);
      flash('Copied');
      if (onlyHere.length > 0) say(onlyHereText(onlyHere));
    } catch {
      say('The browser did not let Tessera copy the link. It is in the address bar.');
    }
  }
  return (
    <Button
      icon={<LinkIcon aria-hidden />}
      title="A link that opens Tessera with this model and these settings"
      onClick={() => void copy()}
    >
      <span className={cx('label')}>{word ?? 'Copy link'}</span>
    </Button>
  );
}

function onlyHereText(names: readonly string[]): string {
  const quoted = names.map((name) => `“${name}”`).join(' and ');
  const are = names.length === 1 ? 'is' : 'are';
  return `${quoted} ${are} on this device only, so a link cannot carry the model. The other settings are in the link; send the model file along with it.`;
}
