/**
 * The security policy that constructs assert on their inputs, in their constructors. What a construct fixes itself
 * (encryption, IMDSv2...) needs no assertion; what comes from outside does, even though config/ refuses it
 * earlier and with a line number: a construct is safe whoever uses it.
 */
export function assertPolicy(held: boolean, violation: string): asserts held {
  if (!held) throw new Error(`security policy: ${violation}`);
}
