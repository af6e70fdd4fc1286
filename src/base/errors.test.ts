import { describe, expect, it } from 'vitest';
import { ERROR_CODES, fromWire, messageOf, TesseraError, toWire } from './errors.ts';

describe('an error on its way from the worker to the page', () => {
  it.each(ERROR_CODES)('keeps class, code, words and numbers: %s', (code) => {
    const details = { asked: 70_000, allowed: 65_535, name: 'photo.png', tried: [512, 256] };
    const sent = new TesseraError(code, 'What happened, 70000 of 65535.', 'What to do.', details, {
      cause: new Error('stays in the worker'),
    });
    // As comlink sends it: by structured clone.
    const received = fromWire(structuredClone(toWire(sent)));
    expect(received).toBeInstanceOf(TesseraError);
    expect(received).toBeInstanceOf(Error);
    expect(received.name).toBe('TesseraError');
    expect(received.code).toBe(code);
    expect(received.message).toBe(sent.message);
    expect(received.nextStep).toBe(sent.nextStep);
    expect(received.details).toEqual(details);
    expect(toWire(received)).toEqual(toWire(sent));
  });

  it('can be cloned although its cause cannot', () => {
    const cause = { aFunction: () => undefined };
    const wire = toWire(new TesseraError('internal', 'm', 'n', {}, { cause }));
    expect(structuredClone(wire)).toEqual({ code: 'internal', message: 'm', nextStep: 'n', details: {} });
  });

  it.each([
    ['an Error', new TypeError('x is undefined'), 'x is undefined'],
    ['a string', 'no luck', 'no luck'],
    ['nothing', undefined, 'undefined'],
    ['an object', { code: 'busy', message: 'looks like one of ours' }, '[object Object]'],
  ])('that is not ours becomes “internal” with its own words: %s', (_what, thrown, words) => {
    const wire = structuredClone(toWire(thrown));
    expect(wire.code).toBe('internal');
    expect(wire.message).toContain(words);
    expect(wire.nextStep).not.toBe('');
    expect(wire.details).toEqual({});
  });

  it('has no code twice', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
  });
});

describe('messageOf', () => {
  it('takes the words of an Error and the text of anything else', () => {
    expect(messageOf(new RangeError('too long'))).toBe('too long');
    expect(messageOf(7)).toBe('7');
    expect(messageOf(null)).toBe('null');
  });
});
