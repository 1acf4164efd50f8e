/**
 * The names of one directory, however many: eight bytes or so a name, not the name. A name is known by 53 bits of a hash, so that one that
 * was never added may be taken for known, about once in 10^10 looks at a directory of a million. Callers use it where that errs on the
 * safe side: an entry that only the destination has is then kept and not told of, one that is new in a listing begun again waits for the
 * next run.
 */
export class NameSet {
  #slots = new Float64Array(64);
  #size = 0;

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  /** Whether it was not known. */
  add(name: string): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const isNew = place(this.#slots, hash53(name));
    if (isNew) this.#size += 1;
    return isNew;
  }

  has(name: string): boolean {
    const wanted = hash53(name);
    return this.#slots[slotOf(this.#slots, wanted)] === wanted;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const value of this.#slots) if (value !== 0) place(larger, value);
    this.#slots = larger;
  }
}

function place(slots: Float64Array, value: number): boolean {
  const at = slotOf(slots, value);
  const isNew = slots[at] === 0;
  slots[at] = value;
  return isNew;
}

/** Where the value is, or is to go. */
function slotOf(slots: Float64Array, value: number): number {
  let at = value % slots.length;
  while (slots[at] !== 0 && slots[at] !== value) at = (at + 1) % slots.length;
  return at;
}

/** Two multiplicative hashes of 32 bits side by side (cyrb53), never 0: that is an empty slot. */
function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0) || 1;
}
