/**
 * A script for `sh`, as one line for a login shell of any make: POSIX shells, fish, csh and tcsh agree on words in single quotes, except that
 * csh takes neither a newline nor `!` in them, and fish a backslash otherwise. A script that has any of these travels with octal numbers in
 * their place (POSIX printf, "%b").
 */
import { type Command, sh } from '../core/sh';

export function forLoginShell(script: Command): Command {
  if (!/[\n!\\]/.test(script.text)) return sh`exec sh -c ${script.text}`;
  const octal = (char: string) => `\\0${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  const encoded = script.text.replace(/[\n!\\'"$`]/g, octal);
  return sh`exec sh -c ${`eval "$(printf %b "${encoded}")"`}`;
}
