/** Where trainers put the weights, the best first. The first seven in the order of chaiNNer-org/spandrel. */
const WRAPPERS: readonly string[] = [
  'model_state_dict',
  'state_dict',
  'params_ema',
  'params-ema',
  'params',
  'model',
  'net',
  'generator',
  'net_g',
  'netG',
  'gen',
  'g',
  'network',
  'weights',
];

/** A moving average of the weights, which is better than what it is the average of. */
const AVERAGE = /(^|[._-])ema([._-]|$)/i;

/** What is saved beside a network that was trained, and is none of it. */
const TRAINING =
  /^(d|net_?d|disc|discriminator|critic|vgg|perceptual|lpips|loss|criterion|optim\w*|schedul\w*)(_.*|\d*)$|_(loss|criterion|optim\w*|schedul\w*|discriminator)$/i;

/** Whether what is kept under this name is a moving average. */
export function isAverage(name: string): boolean {
  return AVERAGE.test(name);
}

/** Whether what is kept under this name only served the training. */
export function isForTraining(name: string): boolean {
  return TRAINING.test(name);
}

/** Whether trainers are known to put weights under this name. */
export function isWrapper(name: string): boolean {
  return isAverage(name) || WRAPPERS.includes(name);
}

/** The likeliest to hold the network first: moving averages, then the known names, then the others as they come. */
export function byLikelihood(names: readonly string[]): readonly string[] {
  return names.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf(name: string): number {
  const known = WRAPPERS.indexOf(name);
  const rank = known < 0 ? WRAPPERS.length : known;
  return isAverage(name) ? rank - 2 * WRAPPERS.length : rank;
}
