/** The parts of a `URL` that say how a file is asked for. */
type Asking = Readonly<Record<'protocol' | 'hostname' | 'username' | 'password', string>>;

/** Whether a file may be downloaded from there: https without a name or password in it, or http of this very machine. */
export function isDownloadAddress({ protocol, hostname, username, password }: Asking): boolean {
  if (username !== '' || password !== '') return false;
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
  );
}
