/**
 * What a built-in model's card, `models/<id>.md`, has to hold: figures of the very file that is shipped, and pictures that
 * are there. `check-models.mjs` asks.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** All pictures of all cards: they are fetched when a card is opened, and lie in every copy of the site. */
const PICTURES_BUDGET_BYTES = 400_000;

/**
 * Every broken promise, one sentence each.
 * @param {readonly Record<string, unknown>[]} models entries of the catalog
 * @param {string} folder `public/models`
 * @returns {string[]}
 */
export function checkCards(models, folder) {
  return [...models.flatMap((model) => checkFigures(model, folder)), ...checkPictures(models, folder)];
}

/** The cards, and the pictures that they show. @param {readonly Record<string, unknown>[]} models @param {string} folder @returns {string[]} */
export function filesOfCards(models, folder) {
  return [...models.map(cardOf), ...picturesOf(models, folder)];
}

/** @param {Record<string, unknown>} model */
function cardOf(model) {
  return `${model['id']}.md`;
}

/**
 * The figures, which `training/` writes, name the hash of the file that they were measured on.
 * @param {Record<string, unknown>} model @param {string} folder @returns {string[]}
 */
function checkFigures(model, folder) {
  const [name, card] = [`model "${model['id']}"`, cardOf(model)];
  if (!existsSync(join(folder, card))) return [`${name}: it has no card models/${card}.`];
  const text = readFileSync(join(folder, card), 'utf8');
  const [, figures] = /<!-- begin figures -->([\s\S]*)<!-- end figures -->/.exec(text) ?? [];
  if (figures === undefined) return [`${name}: models/${card} has no place for figures.`];
  return ['file', 'sha256']
    .filter((key) => !figures.includes(String(model[key])))
    .map((key) => `${name}: the figures in models/${card} are of another ${key} than ${model[key]}.`);
}

/** @param {readonly Record<string, unknown>[]} models @param {string} folder @returns {string[]} names, as the cards have them */
function picturesOf(models, folder) {
  return models
    .map(cardOf)
    .filter((card) => existsSync(join(folder, card)))
    .flatMap((card) => {
      const text = readFileSync(join(folder, card), 'utf8');
      return [...text.matchAll(/!\[[^\]]*\]\(([^)]*)\)/g)].map(([, target]) => String(target));
    });
}

/** @param {readonly Record<string, unknown>[]} models @param {string} folder @returns {string[]} */
function checkPictures(models, folder) {
  const pictures = picturesOf(models, folder);
  // A PNG would be fetched ahead by the service worker (`vite.config.ts`).
  const ill = pictures.filter(
    (picture) => !/^[a-z0-9-]+\.webp$/.test(picture) || !existsSync(join(folder, picture)),
  );
  if (ill.length > 0)
    return ill.map((picture) => `models/${picture} is shown in a card and is no WebP file there.`);
  const bytes = pictures.reduce((sum, picture) => sum + statSync(join(folder, picture)).size, 0);
  return bytes <= PICTURES_BUDGET_BYTES
    ? []
    : [`The pictures of the cards have ${bytes} bytes together, the budget is ${PICTURES_BUDGET_BYTES}.`];
}
