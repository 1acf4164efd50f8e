/**
 * Where the bytes are, by directory, for a tree of any size: when there are too many directories to hold, the smallest leaves are rolled
 * up into their parents until half are left. Totals stay exact at every level; a directory that was rolled up and is met again starts at
 * 0, so a single small one may show less than it has, and its parent the rest.
 */
import type { DirectoryNode } from './report-data';
import { shortened } from './shortened';

interface Node {
  readonly name: string;
  readonly parent: Node | undefined;
  readonly children: Map<string, Node>;
  files: number;
  bytes: number;
  rolledUp: number;
}

const capacity = 20_000;

export class DirectoryTree {
  readonly #root = newNode('', undefined);
  readonly #capacity: number;
  #nodes = 1;

  constructor(options: { readonly capacity?: number } = {}) {
    this.#capacity = options.capacity ?? capacity;
  }

  /** @param path Of a file, relative to the root, with `/` between names. */
  addFile(path: string, sizeBytes: number): void {
    let node = this.#root;
    count(node, sizeBytes);
    const end = path.lastIndexOf('/');
    for (let start = 0; start < end; ) {
      const slash = path.indexOf('/', start);
      node = this.#child(node, path.slice(start, slash));
      count(node, sizeBytes);
      start = slash + 1;
    }
    if (this.#nodes > this.#capacity) this.#rollUp(this.#capacity / 2);
  }

  /** @param directories At most this many of them. */
  result(directories: number): DirectoryNode {
    if (this.#nodes > directories) this.#rollUp(directories);
    return toData(this.#root);
  }

  #child(parent: Node, name: string): Node {
    const known = parent.children.get(name);
    if (known !== undefined) return known;
    // A copy: a slice would keep the whole line that it was cut from in memory.
    const child = newNode(Buffer.from(name).toString(), parent);
    parent.children.set(child.name, child);
    this.#nodes += 1;
    return child;
  }

  /** Leaves go in order of size; a directory becomes a leaf when its last child went, and has its turn by its own size. */
  #rollUp(target: number): void {
    while (this.#nodes > target) {
      const leaves = [...leavesOf(this.#root)].sort((a, b) => weight(a, this.#root) - weight(b, this.#root));
      const surplus = Math.ceil((this.#nodes - target) / 2);
      for (const leaf of leaves.slice(0, surplus)) this.#remove(leaf);
    }
  }

  #remove(leaf: Node): void {
    if (leaf.parent === undefined) return;
    leaf.parent.children.delete(leaf.name);
    leaf.parent.rolledUp += 1 + leaf.rolledUp;
    this.#nodes -= 1;
  }
}

function newNode(name: string, parent: Node | undefined): Node {
  return { name, parent, children: new Map(), files: 0, bytes: 0, rolledUp: 0 };
}

function count(node: Node, sizeBytes: number): void {
  node.files += 1;
  node.bytes += sizeBytes;
}

/** Its share of the whole tree, in bytes or in files: a directory of many small files matters as well. */
function weight(node: Node, root: Node): number {
  return Math.max(node.bytes / Math.max(1, root.bytes), node.files / Math.max(1, root.files));
}

function* leavesOf(root: Node): Generator<Node> {
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.children.size === 0 && node.parent !== undefined) yield node;
    waiting.push(...node.children.values());
  }
}

function toData({ name, files, bytes, children, rolledUp }: Node): DirectoryNode {
  const sorted = [...children.values()].sort((a, b) => b.bytes - a.bytes || b.files - a.files);
  return { name: shortened(name, 100), files, bytes, rolledUp, children: sorted.map(toData) };
}
