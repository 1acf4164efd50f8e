/**
 * The one line of /etc/fstab for a Lustre mount point. A line of type lustre on that mount point is ours, whoever wrote it:
 * it is replaced when the file system is, and doubles are removed. A line of another type there is a person's to settle.
 */
import { sh } from '../core/sh';
import { type PathState, textFileState } from '../facts/path';
import { predicted } from '../facts/prediction';
import { unitState } from '../facts/unit';
import { type FstabEntry, fstabEntries, fstabLine, withFstabLine, withoutFstabLines } from './fstab-text';
import type { Refusal, Resource, Writer } from './resource';

export interface LustreFstabParams {
  readonly source: string;
  readonly target: string;
  readonly options: readonly string[];
  /** systemd units to wait for at boot: the first one that the host has. */
  readonly networkUnits: readonly string[];
}

interface State {
  readonly file: PathState;
  readonly networkUnit: string | undefined;
}

const path = '/etc/fstab';
const fact = textFileState(path);

export function lustreFstabLine(params: LustreFstabParams): Resource<State> {
  const { source, target, networkUnits } = params;
  const isOurs = isLustreOn(target);
  const wantedLine = ({ networkUnit }: State) => {
    const requires = networkUnit === undefined ? [] : [`x-systemd.requires=${networkUnit}`];
    return fstabLine({ source, target, fsType: 'lustre', options: [...params.options, ...requires].join(',') });
  };
  return {
    name: `fstab line for ${target}`,
    async inspect(reader) {
      const [file, ...units] = await Promise.all([
        reader.get(fact),
        ...networkUnits.map((name) => reader.get(unitState(name))),
      ]);
      return { file, networkUnit: networkUnits.find((_, index) => units[index]?.loaded === true) };
    },
    plan(state) {
      const refusal = refuseOtherThanFile(state.file);
      if (refusal !== undefined) return refusal;
      const entries = fstabEntries(textOf(state.file)).filter((entry) => entry.target === target);
      const foreign = entries.find((entry) => !isOurs(entry));
      if (foreign !== undefined)
        return {
          kind: 'failed',
          reason: `${path} mounts something else on ${target}: ${foreign.line.trim()}`,
          fix: `remove that line, or choose another host.mountPoint`,
        };
      const wanted = wantedLine(state);
      if (entries.length === 1 && entries[0]?.line === wanted) return [];
      const from = entries.length === 0 ? null : linesOf(entries);
      return [{ path: 'line', action: from === null ? 'create' : 'update', from, to: wanted }];
    },
    note({ file }) {
      const others = fstabEntries(textOf(file)).filter(
        (entry) => entry.fsType === 'lustre' && entry.source === source && entry.target !== target,
      );
      if (others.length === 0) return undefined;
      return {
        reason: `${path} mounts the file system elsewhere too: ${others.map(({ line }) => line.trim()).join('; ')}`,
        fix: `where that is left from another host.mountPoint: umount ${others.map((entry) => entry.target).join(' ')}, and remove the line`,
      };
    },
    predict: (state) => [
      predicted(fact, fileAfter(state.file, withFstabLine(textOf(state.file), wantedLine(state), isOurs))),
    ],
    async apply(writer, _change, state) {
      await write(writer, state.file, withFstabLine(textOf(state.file), wantedLine(state), isOurs));
    },
  };
}

/** No line of type lustre for a mount point; every other line is kept byte for byte. */
export function absentFstabLine(target: string): Resource<PathState> {
  const isOurs = isLustreOn(target);
  const without = (file: PathState) => withoutFstabLines(textOf(file), isOurs);
  return {
    name: `no fstab line for ${target}`,
    inspect: (reader) => reader.get(fact),
    plan(file) {
      const refusal = refuseOtherThanFile(file);
      if (refusal !== undefined) return refusal;
      const ours = fstabEntries(textOf(file)).filter(isOurs);
      return ours.length === 0 ? [] : [{ path: 'line', action: 'remove', from: linesOf(ours), to: null }];
    },
    predict: (file) => [predicted(fact, fileAfter(file, without(file)))],
    apply: (writer, _change, file) => write(writer, file, without(file)),
  };
}

function isLustreOn(target: string): (entry: FstabEntry) => boolean {
  return (entry) => entry.target === target && entry.fsType === 'lustre';
}

function linesOf(entries: readonly FstabEntry[]): string {
  return entries.map(({ line }) => line).join('\n');
}

async function write(writer: Writer, file: PathState, text: string): Promise<void> {
  const { mode, owner, encoding } = fileAfter(file, text);
  await writer.put(Buffer.from(text, encoding), path, { mode, owner });
  await writer.run(sh`if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi`);
}

/** A link may lead to what another program keeps, and is not followed. */
function refuseOtherThanFile({ kind }: PathState): Refusal | undefined {
  if (kind === 'file' || kind === 'absent') return undefined;
  return { kind: 'failed', reason: `${path} is not an ordinary file`, fix: 'put a file with its content there' };
}

function textOf(file: PathState): string {
  return file.kind === 'file' ? (file.text ?? '') : '';
}

function fileAfter(file: PathState, text: string): Extract<PathState, { mode: string }> {
  const before = file.kind === 'file' ? file : { kind: 'file' as const, mode: '0644', owner: 'root:root' };
  return { ...before, sha256: null, text };
}
