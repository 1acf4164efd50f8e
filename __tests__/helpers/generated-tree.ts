/** An SFTP server with a tree of any size that is nowhere: listings are made when they are asked for. */
import { ByteReader, packetType } from '../../provision/pull/sftp/wire';
import { type Respond, startPacketServer } from './scripted-sftp';
import { attrs, packet, status, string, uint32 } from './sftp-bytes';

/** Names in one reply. OpenSSH sends 100; more cost the test less, and the engine more memory at a time. */
const namesPerReply = 500;

export interface GeneratedTree {
  /** Directories beneath the root; 0: all files are in the root itself. */
  readonly directories: number;
  readonly filesEach: number;
}

export function startGeneratedTree(tree: GeneratedTree) {
  return startPacketServer(() => responder(tree));
}

const file = attrs({ sizeBytes: 1000, mode: 0o100644, mtimeSeconds: 1_500_000_000 });
const directory = attrs({ sizeBytes: 0, mode: 0o040755, mtimeSeconds: 1_500_000_000 });

function responder(tree: GeneratedTree): Respond {
  const handles = new Map<string, { readonly kind: 'directories' | 'files'; given: number }>();
  return (type, body) => {
    if (type === packetType.init) return packet(packetType.version, uint32(3));
    const reader = new ByteReader(body);
    const id = reader.uint32();
    const argument = reader.string().toString();
    switch (type) {
      case packetType.openDir: {
        const name = `handle-${handles.size}`;
        handles.set(name, { kind: argument === '/' && tree.directories > 0 ? 'directories' : 'files', given: 0 });
        return packet(packetType.handle, uint32(id), string(name));
      }
      case packetType.readDir: {
        const open = handles.get(argument);
        if (open === undefined) return status(id, 4);
        const all = open.kind === 'directories' ? tree.directories : tree.filesEach;
        const count = Math.min(namesPerReply, all - open.given);
        if (count === 0) return status(id, 1);
        const entries = Array.from({ length: count }, (_, index) => entry(open.kind, open.given + index));
        open.given += count;
        return packet(packetType.name, uint32(id), uint32(count), ...entries);
      }
      case packetType.stat:
      case packetType.lstat:
        return packet(packetType.attrs, uint32(id), directory);
      default:
        return status(id, 0);
    }
  };
}

function entry(kind: 'directories' | 'files', index: number): Buffer {
  const number = String(index).padStart(7, '0');
  const [name, attributes] =
    kind === 'directories'
      ? [`folder-${number}`, directory]
      : [`a file with a name of usual length ${number}.dat`, file];
  return Buffer.concat([string(name), string(''), attributes]);
}
