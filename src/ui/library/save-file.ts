/** Long enough for a browser to have begun with it, in milliseconds. */
const URL_LIFE_MS = 60_000;

/** Hands a file to the person, as a download under its own name. */
export function saveFile(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), URL_LIFE_MS);
}
