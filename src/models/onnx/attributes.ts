import type { Attribute, Graph, Node, TensorData } from './model.ts';

/** The whole number of that name, or `absent`. A list's end that means "all" may be beyond the exact numbers. */
export function intOf(node: Node, name: string, absent: number): number {
  const found = find(node, name);
  return found?.kind === 'int' ? Number(found.value) : absent;
}

export function floatOf(node: Node, name: string, absent: number): number {
  const found = find(node, name);
  return found?.kind === 'float' ? found.value : absent;
}

export function textOf(node: Node, name: string, absent: string): string {
  const found = find(node, name);
  return found?.kind === 'string' ? new TextDecoder().decode(found.value) : absent;
}

export function intsOf(node: Node, name: string): readonly number[] | null {
  const found = find(node, name);
  return found?.kind === 'ints' ? Array.from(found.value, Number) : null;
}

export function floatsOf(node: Node, name: string): Float32Array | null {
  const found = find(node, name);
  return found?.kind === 'floats' ? found.value : null;
}

export function tensorOf(node: Node, name: string): TensorData | null {
  const found = find(node, name);
  return found?.kind === 'tensor' ? found.value : null;
}

/** The graphs inside a node: branches of If, bodies of Loop and Scan. */
export function graphsOf(node: Node): readonly Graph[] {
  return node.attributes.flatMap((attribute) => (attribute.kind === 'graph' ? [attribute.value] : []));
}

export function has(node: Node, name: string): boolean {
  return find(node, name) !== undefined;
}

/** The node's attributes but those of these names. */
export function without(node: Node, ...names: readonly string[]): readonly Attribute[] {
  return node.attributes.filter((attribute) => !names.includes(attribute.name));
}

function find(node: Node, name: string): Attribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name);
}
