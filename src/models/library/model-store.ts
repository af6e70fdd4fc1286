import {
  findFile,
  listFiles,
  openFolder,
  putInPlace,
  removeFile,
  type WriteWatch,
  writeFile,
} from './opfs.ts';

/**
 * The networks of the library, each a file `models/<sha256>.onnx` of the origin private file system. Nothing here locks:
 * whoever writes or removes holds the model's lock.
 */
const FILE_NAME = /^([0-9a-f]{64})\.onnx$/;
/**
 * A file that is not whole yet, or was left by a tab that died: under the name it has until then, or as what Chromium
 * writes behind a writable stream, which lies beside it for all to see.
 */
const NEW_NAME = /^([0-9a-f]{64})\.(?:[\w-]+\.new(?:\.crswap)?|onnx\.crswap)$/;

/** What lies there under a hash: whole files, and those that are not whole. */
export type StoredFile = { readonly sha256: string; readonly name: string; readonly isWhole: boolean };

/** Writes a network under another name first, so that no name of a model ever has half of one. */
export async function writeNetwork(
  sha256: string,
  bytes: Uint8Array<ArrayBuffer>,
  watch: WriteWatch,
): Promise<void> {
  const folder = await openFolder('models');
  const newName = `${sha256}.${crypto.randomUUID()}.new`;
  try {
    await writeFile(folder, newName, bytes, watch);
    await putInPlace(folder, newName, fileName(sha256), bytes);
  } catch (error) {
    await removeFile(folder, newName).catch(() => undefined);
    throw error;
  }
}

/** @returns null where there is none of that hash; unverified */
export async function readNetwork(sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const file = await findFile(await openFolder('models'), fileName(sha256));
  return file && new Uint8Array(await file.arrayBuffer());
}

/** Whether there is a file of that hash and of that size. */
export async function hasNetwork(sha256: string, bytes: number): Promise<boolean> {
  const file = await findFile(await openFolder('models'), fileName(sha256));
  return file?.size === bytes;
}

export async function removeNetwork(sha256: string): Promise<void> {
  await removeStored(fileName(sha256));
}

/** Files whose name tells no hash are not the library's. */
export async function listStored(): Promise<readonly StoredFile[]> {
  const files = await listFiles(await openFolder('models'));
  return files.flatMap(({ name }) => {
    const whole = FILE_NAME.exec(name)?.[1];
    const sha256 = whole ?? NEW_NAME.exec(name)?.[1];
    return sha256 ? [{ sha256, name, isWhole: whole !== undefined }] : [];
  });
}

/** @param name of `listStored` */
export async function removeStored(name: string): Promise<void> {
  await removeFile(await openFolder('models'), name);
}

function fileName(sha256: string): string {
  return `${sha256}.onnx`;
}
