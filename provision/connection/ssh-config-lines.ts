/** The lines of an ssh_config(5) file: keywords, words and patterns, as OpenSSH reads them (readconf.c; argv_split in misc.c; match.c). */
import { SluiceError } from '../core/errors';
import { matchesGlob, parseGlob } from '../core/glob';

export interface SshConfigLine {
  /** In small letters: `hostname`. */
  readonly keyword: string;
  /** What stands behind the keyword, as written: a command is handed to the shell like this. */
  readonly text: string;
  /** For messages: `~/.ssh/config:3: HostName`. */
  readonly where: string;
}

/** Without comments and empty lines. */
export function linesOf(text: string, file: string): readonly SshConfigLine[] {
  return text.split('\n').flatMap((whole, index) => {
    const [, keyword, rest = ''] = /^\s*([^\s="#]+)\s*=?\s*(.*?)\s*$/.exec(whole) ?? [];
    if (keyword === undefined) return [];
    return [{ keyword: keyword.toLowerCase(), text: rest, where: `${file}:${index + 1}: ${keyword}` }];
  });
}

/** Without their quotes, and without a comment at the end; one at least. Throws SSH_CONFIG_UNREADABLE, of kind `config`. */
export function wordsOf({ text, where }: SshConfigLine): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  // What a backslash keeps, a quote, blanks, or anything else.
  for (const [piece] of text.matchAll(/\\['"\\ ]|[ \t]+|./g)) {
    const isBlank = /^[ \t]/.test(piece);
    if (quote === '' && isBlank) endWord();
    else if (word === undefined && piece === '#') break;
    else if (quote === '' && (piece === '"' || piece === "'")) {
      quote = piece;
      word ??= '';
    } else if (quote !== '' && piece === quote) quote = '';
    else if (piece.length === 2 && piece.startsWith('\\') && !(quote !== '' && piece === '\\ '))
      word = (word ?? '') + piece.charAt(1);
    else word = (word ?? '') + piece;
  }
  endWord();
  if (quote !== '') throw sshConfigUnreadable(`${where}: the quote ${quote} is not closed`);
  if (words.length === 0) throw sshConfigUnreadable(`${where}: nothing stands behind it`);
  return words;
}

/** `*` stands for anything, `?` for one character. */
export function matchesPattern(pattern: string, text: string): boolean {
  return matchesGlob(parseGlob(pattern), text);
}

/** `what` begins with the place. */
export function sshConfigUnreadable(what: string, hint = 'see what `ssh -G HOST` says of it'): SluiceError {
  return new SluiceError(what, { code: 'SSH_CONFIG_UNREADABLE', kind: 'config', hint });
}
