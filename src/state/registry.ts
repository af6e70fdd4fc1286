import { assert, defined } from '../base/assert.ts';
import type { Brand } from '../base/brand.ts';

/** The ticket for something heavy that lives outside the store. */
export type Ticket = Brand<number, 'Ticket'>;

/**
 * Owns things that must be freed by hand (bitmaps, object URLs), so that the store holds only their tickets.
 * Whoever calls `add` decides when to call `release`; a ticket is used once.
 */
export class Registry<T> {
  private readonly entries = new Map<Ticket, T>();
  private readonly dispose: (value: T) => void;
  private next = 1;

  constructor(dispose: (value: T) => void) {
    this.dispose = dispose;
  }

  add(value: T): Ticket {
    const ticket = this.next++ as Ticket;
    this.entries.set(ticket, value);
    return ticket;
  }

  /** The value; asking for one that was released is a fault. */
  get(ticket: Ticket): T {
    return defined(this.entries.get(ticket), `Entry ${ticket}`);
  }

  /** The value, or null once it is gone: for painters that may run a frame late. */
  peek(ticket: Ticket): T | null {
    return this.entries.get(ticket) ?? null;
  }

  release(ticket: Ticket): void {
    const value = this.entries.get(ticket);
    assert(value !== undefined, `entry ${ticket} was released twice`);
    this.entries.delete(ticket);
    this.dispose(value);
  }

  get size(): number {
    return this.entries.size;
  }
}
