import { useActions } from '../app-context.ts';
import { classesOf } from '../classes.ts';
import { Button } from '../controls/button.tsx';
import { samplePicture } from '../sample-picture.ts';
import styles from './empty-table.module.css';
import { MosaicHero } from './mosaic-hero.tsx';
import { useOpenDialog } from './open-dialog.tsx';

const cx = classesOf(styles);

/** The invitation while no picture is open. */
export function EmptyTable() {
  const { open } = useActions();
  const openDialog = useOpenDialog();
  async function trySample() {
    const file = await samplePicture();
    await open(file, file.name);
  }
  return (
    <div className={cx('empty')}>
      <div className={cx('inside')}>
        <MosaicHero />
        <div className={cx('words')}>
          <h2 className={cx('title')}>
            <span className={cx('drop')}>Drop a picture here to make it larger</span>
            <span className={cx('touch')}>Make a picture larger</span>
          </h2>
          <p className={cx('promise')}>It is worked on inside this browser. Nothing is uploaded.</p>
        </div>
        <div className={cx('actions')}>
          <Button look="filled" onClick={openDialog}>
            Choose a picture
          </Button>
          <Button look="glass" onClick={() => void trySample()}>
            Try a sample
          </Button>
        </div>
        <p className={cx('hint')}>
          Or paste one with <kbd>Ctrl</kbd> <kbd>V</kbd>. PNG, JPEG, WebP, AVIF, GIF, BMP. Models can be
          dropped, too: .onnx, .pth, .safetensors, ncnn.
        </p>
      </div>
    </div>
  );
}
