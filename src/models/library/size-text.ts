const STEPS = [
  { bytes: 1e9, unit: 'GB' },
  { bytes: 1e6, unit: 'MB' },
  { bytes: 1e3, unit: 'KB' },
] as const;

/** A number of bytes for people, as “67.0 MB”; in units of 1000, as browsers and systems say it. */
export function sizeText(bytes: number): string {
  // What would be rounded to 1000 of a unit is said in the next one.
  const step = STEPS.find((one) => bytes >= 0.99995 * one.bytes);
  return step ? `${(bytes / step.bytes).toFixed(1)} ${step.unit}` : `${bytes} bytes`;
}
