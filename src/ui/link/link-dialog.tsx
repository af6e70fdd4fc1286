import type { ReactNode } from 'react';
import { licenceTerms } from '../../models/licence.ts';
import type { AskedModel, LinkState } from '../../state/link-actions.ts';
import { useActions, useApp } from '../app-context.ts';
import { retryWord } from '../arrival/arrival-words.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { ERROR_WORDS } from '../errors/error-words.ts';
import { NamesApart } from '../names-apart.tsx';
import { bytesText, countText } from '../words.ts';
import styles from './link-dialog.module.css';

const cx = classesOf(styles);

/** What a link asks for, before anybody is asked for it; and what went wrong, when it did. */
export function LinkDialog() {
  const link = useApp((state) => state.link);
  const { agreeToLink, leaveLink } = useActions();
  if (link.kind !== 'asking' && link.kind !== 'failed') return null;
  return (
    // Another dialog for the failure, so that a screen reader reads it from its title on.
    <Dialog key={link.kind} title={titleOf(link)} onClose={leaveLink}>
      {link.kind === 'failed' ? (
        <div className={cx('failure')} role="alert">
          <p>
            <NamesApart text={link.error.message} />
          </p>
          <p>
            <NamesApart text={link.error.nextStep} />
          </p>
        </div>
      ) : (
        <Question models={link.models} />
      )}
      <div className={cx('actions')}>
        <Button look="outlined" onClick={leaveLink}>
          {link.kind === 'failed' ? 'Go on without it' : 'Not now'}
        </Button>
        <Button look="filled" onClick={() => void agreeToLink()}>
          {link.kind === 'failed' ? againText(link) : `Download${totalText(link.models)}`}
        </Button>
      </div>
    </Dialog>
  );
}

function Question({ models }: { readonly models: readonly AskedModel[] }) {
  const hosts = [...new Set(models.flatMap((model) => model.hosts))];
  return (
    <>
      <p>
        This link uses {models.length === 1 ? 'a model' : countText(models.length, 'model')} from another
        place. Nothing has been fetched yet.
      </p>
      {models.map((model) => (
        <Asked key={model.files.map(({ url }) => url).join(' ')} model={model} />
      ))}
      <p className={cx('note')}>
        {hosts.join(' and ')} will see that this device asks for the file, and nothing else. Your pictures
        stay here.
      </p>
    </>
  );
}

function Asked({ model }: { readonly model: AskedModel }) {
  const { files, hosts, author, licence } = model;
  return (
    <section className={cx('model')} aria-label={model.name}>
      <dl className={cx('facts')}>
        <Fact name="Model">
          <bdi>{model.name}</bdi>
          {author !== '' && (
            <>
              , by <bdi>{author}</bdi>
            </>
          )}
        </Fact>
        <Fact name="From">
          <strong>{hosts.join(', ')}</strong>
        </Fact>
        {files.map(({ url, name, bytes, sha256 }) => (
          <Fact key={url} name="File">
            <bdi title={url}>{name}</bdi>
            <span className={cx('quiet')}>
              {bytes === null ? 'Size not known: the host has not been asked yet.' : bytesText(bytes)}
            </span>
            {sha256 === null ? (
              <span className={cx('warning')}>
                No hash: what arrives cannot be checked against what was meant.
              </span>
            ) : (
              <span className={cx('quiet')}>
                SHA-256 <code className={cx('hash')}>{sha256}</code>
              </span>
            )}
          </Fact>
        ))}
        <Fact name="Licence">
          {licence === '' ? 'Not known.' : licence}
          <span className={cx('quiet')}>{licenceTerms(licence).sentence}</span>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={cx('fact')}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function titleOf(link: Exclude<LinkState, { kind: 'none' }>): string {
  if (link.kind === 'failed') return ERROR_WORDS[link.error.code].heading;
  return link.models.length === 1 ? 'Download this model?' : 'Download these models?';
}

/** Whatever went wrong, the person may insist: the host can have changed. */
function againText({ error, models }: Extract<LinkState, { kind: 'failed' }>): string {
  const files = models.flatMap((model) => model.files);
  return retryWord(error, files) ?? 'Try again';
}

/** In brackets, where every file's size is known. */
function totalText(models: readonly AskedModel[]): string {
  const sizes = models.flatMap(({ files }) => files.map(({ bytes }) => bytes));
  if (sizes.includes(null)) return '';
  return ` (${bytesText(sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0))})`;
}
