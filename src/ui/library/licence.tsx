import { licenceTerms } from '../../models/licence.ts';
import { classesOf } from '../classes.ts';
import styles from './licence.module.css';
import { licenceName, licenceTone } from './model-words.ts';

const cx = classesOf(styles);

/** A licence with a dot that shows how freely the model may be used; its tooltip says so in a sentence. */
export function Licence({ licence }: { readonly licence: string }) {
  return (
    <span className={cx('licence')} title={licenceTerms(licence).sentence}>
      <span className={cx('dot', licenceTone(licence))} aria-hidden />
      {licenceName(licence)}
    </span>
  );
}
