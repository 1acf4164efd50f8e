/** What lies at a path: its kind, mode, owner, size and digest; for a small text file, on request, its content. */
import { isUtf8 } from 'node:buffer';
import { sha256Function } from '../core/portable-shell';
import { joinCommands, sh } from '../core/sh';
import { type Fact, type ProbeResult, textOf } from './fact';
import { escapeOctal } from './mounts';

export type PathState =
  | { readonly kind: 'absent' }
  /** Something is mounted on it. What is there is not looked at: a file system that hangs would hang the probe. */
  | { readonly kind: 'mount-point' }
  | {
      readonly kind: 'file' | 'directory' | 'other';
      /** Octal with four digits: `0644`. */
      readonly mode: string;
      /** `root:root` */
      readonly owner: string;
      /** Of a file's content, hexadecimal; null for anything else, and empty where nobody looked. */
      readonly sha256: string | null;
      /** Null unless asked for, and for anything but a file. */
      readonly text: string | null;
      /** Where the text is not UTF-8: it is read as one character a byte then, so that it can be written back as it was. */
      readonly encoding?: 'latin1';
    };

const status = sh`status() { stat -c '%F|%a|%U:%G' "$1" 2>/dev/null || stat -f '%HT|%Lp|%Su:%Sg' "$1"; }`;

/** The kernel's table is read once: a shell reads it byte by byte. */
const mounted = sh`targets=$(cut -d ' ' -f 5 /proc/self/mountinfo 2>/dev/null)
mounted() { case "
$targets
" in *"
$1
"*) return 0 ;; esac; return 1; }`;

const setup = joinCommands([status, sha256Function, mounted], '\n');

/** Symbolic links are not followed. GNU and BSD stat are both understood. */
export function pathState(path: string): Fact<PathState> {
  const digest = sh`if [ -f ${path} ] && [ ! -L ${path} ]; then sha256 <${path}; fi`;
  return {
    key: `path:${path}`,
    setup,
    probe: joinCommands([pathStatus(path).probe, digest], '\n'),
    parse: parsePath,
  };
}

/** As `pathState`, without a look at the content: of a short secret, the digest would tell too much. */
export function pathStatus(path: string): Fact<PathState> {
  const report = sh`if mounted ${escapeOctal(path)}; then echo mount-point; exit; fi
if [ -L ${path} ] || [ -e ${path} ]; then status ${path}; else echo absent; exit; fi`;
  return { key: `status:${path}`, setup, probe: report, parse: parsePath };
}

/** As `pathState`, with the text: for files without secrets, of a few kilobytes. */
export function textFileState(path: string): Fact<PathState> {
  const { probe } = pathState(path);
  const content = sh`if [ -f ${path} ] && [ ! -L ${path} ]; then cat ${path}; fi`;
  return { key: `text:${path}`, setup, probe: joinCommands([probe, content], '\n'), parse: parsePath };
}

/** First line the status, second the digest, the rest the text. */
function parsePath(result: ProbeResult): PathState {
  const output = textOf(result);
  const [head = '', sha256 = ''] = output.split('\n', 2);
  if (head === 'absent' || head === 'mount-point') return { kind: head };
  const [type = '', mode = '', owner = ''] = head.split('|');
  const kind = kindOf(type);
  if (kind !== 'file') return { kind, mode: mode.padStart(4, '0'), owner, sha256: null, text: null };
  const content = result.stdout.subarray(Buffer.byteLength(`${head}\n${sha256}\n`));
  const encoded = isUtf8(content) ? {} : ({ encoding: 'latin1' } as const);
  const text = content.toString(encoded.encoding);
  return { kind, mode: mode.padStart(4, '0'), owner, sha256, text, ...encoded };
}

function kindOf(type: string): 'file' | 'directory' | 'other' {
  if (/^regular (empty )?file$/i.test(type)) return 'file';
  return /^directory$/i.test(type) ? 'directory' : 'other';
}
