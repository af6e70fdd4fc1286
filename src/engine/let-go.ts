/**
 * Gives memory back that nothing will read any more, now and not when the garbage is collected: that of a worker that waits
 * for another one is not collected at all, and megabytes that come and go with every tile call for collections time and again.
 * Views into it are empty afterwards.
 */
export function letGo(buffers: readonly ArrayBuffer[]): void {
  // What a message took along and nobody received is gone. After `transfer(0)` it would stay, for as long as Chromium keeps its
  // own record of a buffer that it has read from a file, or hashed.
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(null, [...new Set(buffers)]);
  port1.close();
  port2.close();
}
