/**
 * Checks one source file against the import table.
 */
import { posix } from 'node:path';
import { blankComments, lineAt, readImports } from './read-imports.mjs';
import { PROTOCOLS, RESERVED, RULES } from './rules.mjs';

/** Top-level lines of a file that leaves nothing behind when its types are erased. */
const TYPE_LINE = /^(?:import type\b|export type\b|export interface\b|type\b|interface\b|declare\b)/;
const ASSET = /\.(?:css|svg|png)$/;

/**
 * The area that a file of `src` belongs to.
 * @param {string} path relative to `src`, with forward slashes
 * @returns {string | null} null where the table does not know it
 */
export function areaOf(path) {
  if (path in RULES) return path;
  const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : null;
  return folder !== null && folder in RULES ? folder : null;
}

/** @param {string} path @returns {boolean} */
export const isTest = (path) => /\.test\.tsx?$/.test(path);

/**
 * What is wrong with a file: one sentence each, beginning with `src/file:line`.
 * @param {string} path relative to `src`, with forward slashes
 * @param {string} source
 * @returns {string[]}
 */
export function checkFile(path, source) {
  const code = blankComments(source);
  /** @type {string[]} */
  const problems = [];
  const report = (/** @type {number} */ line, /** @type {string} */ text) =>
    problems.push(`src/${path}:${line} ${text}`);

  const area = areaOf(path);
  if (area === null) {
    report(
      1,
      `is in no known area. Known: ${Object.keys(RULES).join(', ')}. A new one needs a row in scripts/layers/rules.mjs.`,
    );
    return problems;
  }
  for (const match of code.matchAll(/\b(?:describe|it|test|suite)\.only\b/g)) {
    report(lineAt(code, match.index), `says ${match[0]}, which would leave every other test unrun.`);
  }
  // A test may reach for whatever it tests with; it is not shipped.
  if (isTest(path)) return problems;

  for (const match of code.matchAll(/\.\.\/shared\b/g)) {
    report(
      lineAt(code, match.index),
      'names ../shared, which is for tests only and is not part of the project.',
    );
  }
  for (const { what, pattern, area: owner } of RESERVED) {
    if (area === owner) continue;
    for (const match of code.matchAll(pattern)) {
      report(lineAt(code, match.index), `uses ${what}; only ${owner} may.`);
    }
  }
  for (const reference of readImports(source)) {
    const problem = checkReference(area, path, reference);
    if (problem) report(reference.line, problem);
  }
  if (PROTOCOLS.includes(path)) {
    code.split('\n').forEach((line, index) => {
      if (/^[A-Za-z]/.test(line) && !TYPE_LINE.test(line)) {
        report(index + 1, `has the statement "${line.trim()}"; the protocol may hold types only.`);
      }
    });
  }
  return problems;
}

/**
 * @param {string} area
 * @param {string} path
 * @param {import('./read-imports.mjs').Reference} reference
 * @returns {string | null} what is wrong
 */
function checkReference(area, path, reference) {
  const rule = RULES[area];
  if (!rule) return `has no rule for "${area}".`;
  const { specifier } = reference;
  if (!reference.url && !specifier.startsWith('.')) return checkPackage(area, rule, specifier);

  const target = posix.normalize(posix.join(posix.dirname(path), specifier.replace(/\?.*$/, '')));
  if (target.startsWith('..')) return `reaches out of src with "${specifier}".`;
  const targetArea = areaOf(target);
  if (targetArea === null) return `refers to "${specifier}", which is in no known area.`;
  if (target === 'main.tsx') return 'imports main.tsx; the composition root is imported by nothing.';
  if (ASSET.test(target))
    return targetArea === area
      ? null
      : `takes the asset "${specifier}" of ${targetArea}; assets lie beside their user.`;
  return mayRefer(area, rule, reference, target, targetArea)
    ? null
    : `${verb(reference)} "${specifier}" (${targetArea}). ${area} may import ${listed(rule)}.`;
}

/**
 * @param {string} area
 * @param {import('./rules.mjs').Rule} rule
 * @param {import('./read-imports.mjs').Reference} reference
 * @param {string} target
 * @param {string} targetArea
 */
function mayRefer(area, rule, reference, target, targetArea) {
  const among = (/** @type {readonly string[]} */ names) =>
    names.includes(targetArea) || names.includes(target);
  if (among(rule.areas)) return true;
  if (reference.url) return among(rule.urls ?? []) || targetArea === area;
  if (reference.typeOnly && among(rule.types ?? [])) return true;
  // Within its own folder a file is free, but a file with rules of its own is entered by types only.
  if (targetArea === area) return true;
  return reference.typeOnly && PROTOCOLS.includes(target) && area === 'worker';
}

/**
 * @param {string} area
 * @param {import('./rules.mjs').Rule} rule
 * @param {string} specifier
 * @returns {string | null}
 */
function checkPackage(area, rule, specifier) {
  const parts = specifier.split('/');
  const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
  const allowed = (rule.packages ?? []).some((one) =>
    one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : one === name,
  );
  return allowed ? null : `imports the package "${name}". ${area} may import ${listed(rule)}.`;
}

/** @param {import('./read-imports.mjs').Reference} reference */
const verb = ({ url, typeOnly }) =>
  url ? 'takes the address of' : typeOnly ? 'imports types of' : 'imports';

/** @param {import('./rules.mjs').Rule} rule */
function listed(rule) {
  const names = [
    ...rule.areas,
    ...(rule.types ?? []).map((name) => `types of ${name}`),
    ...(rule.urls ?? []).map((name) => `the address of ${name}`),
    ...(rule.packages ?? []).map((name) => `package ${name}`),
  ];
  return names.length > 0 ? names.join(', ') : 'nothing';
}
