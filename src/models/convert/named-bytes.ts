/** A file as it was brought: the name is for people and for pairing, the bytes decide what it is. */
export type NamedBytes = { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
