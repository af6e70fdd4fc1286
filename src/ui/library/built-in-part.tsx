import { licenceTerms } from '../../models/licence.ts';
import { useApp } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { bytesText } from '../words.ts';
import styles from './library.module.css';
import { Licence } from './licence.tsx';
import { ModelCard } from './model-card.tsx';
import { scaleText } from './model-words.ts';
import { UseModel } from './use-model.tsx';

const cx = classesOf(styles);

/** The models that come with the page. */
export function BuiltInPart() {
  const catalog = useApp((state) => state.catalog);
  return (
    <div className={cx('part')}>
      <p className={cx('quiet')}>They come with the page, were made for it, and work offline.</p>
      <ul className={cx('list')}>
        {catalog.models
          .filter(({ file }) => file !== null)
          .map((model) => (
            <li key={model.id} className={cx('item')} data-model={model.id}>
              <div className={cx('head')}>
                <div className={cx('what')}>
                  <h3 className={cx('name')}>{model.name}</h3>
                  <p className={cx('quiet')}>
                    {scaleText(model.scale)} · {bytesText(model.bytes)} · <Licence licence={model.licence} />
                  </p>
                  <p>{model.description}</p>
                  <p className={cx('quiet')}>{licenceTerms(model.licence).sentence}</p>
                </div>
                <UseModel id={model.id} name={`${model.name} ${model.scale}×`} />
              </div>
              <ModelCard id={model.id} source={model.source} />
            </li>
          ))}
      </ul>
    </div>
  );
}
