import { isTag, nameOfValue, type PickleValue, type Storage } from './pickle-values.ts';
import { damaged, unsupported } from './weight-errors.ts';

/**
 * The storage of a persistent id: `('storage', type, key, location, elements)`, and in the old form a sixth element, None.
 * @throws TesseraError `model-unsupported` for ids that pickled networks have
 */
export function storageOfId(id: PickleValue, offset: number): Storage {
  const [what, of, key, , elements, view] = Array.isArray(id) ? (id as readonly PickleValue[]) : [];
  if (what === 'module')
    throw unsupported(
      `The file holds a whole network, code and all (at byte ${offset}); only its weights can be used.`,
    );
  if (what !== 'storage' || typeof key !== 'string')
    throw damaged('PyTorch file', `a tensor refers to ${nameOfValue(id)} instead of a storage`, offset);
  if (isTag(of, 'opaque'))
    throw unsupported(
      `A tensor of the file has its numbers in ${of.name}: ${of.because ?? 'no type of numbers'}.`,
    );
  if (!isTag(of, 'storage-type'))
    throw damaged('PyTorch file', `a storage is of ${nameOfValue(of ?? null)}, no type of numbers`, offset);
  if (typeof elements !== 'number' || !Number.isSafeInteger(elements) || elements < 0)
    throw damaged('PyTorch file', 'a storage has no count of numbers', offset);
  if (view !== undefined && view !== null)
    throw unsupported('A storage of the file is a part of another one, as only PyTorch 0.3 and older wrote.');
  return { kind: 'storage', of, key, elements };
}
