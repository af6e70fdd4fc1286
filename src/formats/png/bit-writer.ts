/** Bits into bytes, lowest first (RFC 1951 section 3.1.1). The caller sees to it that `bytes` has room, and 4 more. */
export class BitWriter {
  readonly view: DataView;
  /** Whole bytes written. */
  position = 0;
  /** The bits that fill no byte yet, and how many: fewer than 8. */
  pending = 0;
  pendingBits = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** `bits` is at most 24; `value` has no more than that. */
  put(value: number, bits: number): void {
    this.pending |= value << this.pendingBits;
    const total = this.pendingBits + bits;
    this.view.setInt32(this.position, this.pending, true);
    this.position += total >>> 3;
    this.pending >>>= total & 24;
    this.pendingBits = total & 7;
  }

  /** Goes on where a loop has got to that keeps these three to itself, for speed. */
  resume(position: number, pending: number, pendingBits: number): void {
    this.position = position;
    this.pending = pending;
    this.pendingBits = pendingBits;
  }

  /** Zero bits up to the next whole byte. */
  align(): void {
    this.put(0, -this.pendingBits & 7);
  }
}
