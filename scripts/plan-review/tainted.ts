/** What an earlier apply did not see to its end: Terraform takes it for half made, and plans to make it anew. */
import type { ResourceChange } from './plan-json';

/** The fix of a finding that something is replaced. @param otherwise Of what is replaced for another reason. */
export function fixOfReplacement({ address, reason }: ResourceChange, otherwise: string): string {
  if (reason !== 'replace_because_tainted') return otherwise;
  return `where AWS calls it AVAILABLE it is whole, and terraform untaint ${address} in the stack's folder keeps it; where it is not, nothing is lost with it but what it holds by now`;
}
