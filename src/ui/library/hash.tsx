import CopyIcon from 'lucide-react/icons/copy';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { useFlash } from '../effects/use-flash.ts';
import styles from './library.module.css';
import { shortHash } from './model-words.ts';

const cx = classesOf(styles);

/** The beginning of a file's SHA-256; the whole of it goes onto the clipboard. */
export function Hash({ sha256 }: { readonly sha256: string }) {
  const [word, flash] = useFlash();
  const copy = () =>
    navigator.clipboard.writeText(sha256).then(
      () => flash('Copied'),
      () => flash('Not copied'),
    );
  return (
    <span className={cx('hash')}>
      <span title={sha256}>SHA-256 {shortHash(sha256)}</span>
      <Button
        iconOnly
        icon={<CopyIcon aria-hidden />}
        title="Copy the whole hash"
        onClick={() => void copy()}
      >
        Copy the whole hash
      </Button>
      <span role="status">{word}</span>
    </span>
  );
}
