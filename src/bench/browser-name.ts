/** Browsers by what their user agent holds; the first that fits. Others call themselves Chrome and Safari, too. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Edge', /\bEdg(?:A|iOS)?\/([\d.]+)/],
  ['Opera', /\bOPR\/([\d.]+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/([\d.]+)/],
  ['Chromium (headless)', /\bHeadlessChrome\/([\d.]+)/],
  ['Chrome', /\b(?:Chrome|CriOS)\/([\d.]+)/],
  ['Safari', /\bVersion\/([\d.]+).*\bSafari\//],
];

/** Such as `Firefox 153.0 on Windows NT 10.0`; the user agent itself where it is of no known kind. */
export function browserName(userAgent: string): string {
  const system = /\((?:X11; |Linux; )?([^;)]+)/.exec(userAgent)?.[1];
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}${system ? ` on ${system}` : ''}`;
  }
  return userAgent;
}
