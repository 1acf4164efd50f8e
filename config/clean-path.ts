/** Absolute POSIX paths in their shortest spelling, so that two that mean the same read the same. */

/** Absolute, no empty, `.` or `..` step, no slash at the end, no control characters or line ends. Not for `/` itself. */
export function isCleanPath(value: string): boolean {
  return /^(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}\u2028\u2029]+)+$/u.test(value);
}

/** The clean path that was probably meant, or undefined where there is none: where `~` lies is not known here. */
export function cleanPath(value: string): string | undefined {
  if (value.startsWith('~')) return undefined;
  // As Windows has it; servers there take /C:/outgoing.
  if (/^(?:[A-Za-z]:)?\\/.test(value)) return cleanPath(value.replaceAll('\\', '/'));
  const names: string[] = [];
  for (const name of value.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  const clean = `/${names.join('/')}`;
  return isCleanPath(clean) ? clean : undefined;
}

/** The names that a path is made of. */
export function pathSegments(value: string): readonly string[] {
  return value.split('/').filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
