/** Bucket policies that keep FSx from exporting. */
import { parsePolicy } from './policy-document';

/**
 * True where a statement makes a condition of the VPC or its endpoint. FSx for Lustre reaches the bucket from a network of its own, as
 * its service-linked role: a statement that names that role has thought of it.
 */
export function demandsVpc(policy: string): boolean {
  return (parsePolicy(policy) ?? []).some(({ condition }) => {
    const text = (JSON.stringify(condition) ?? '').toLowerCase();
    return /"aws:sourcevpce?"/.test(text) && !text.includes('awsserviceroleforfsxs3access');
  });
}
