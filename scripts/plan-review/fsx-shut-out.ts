/** Bucket policies that keep FSx from exporting. */
import { concerns, parsePolicy } from './policy-document';

/** What a linked bucket is asked for (FSx for Lustre user guide, "Creating a service-linked role", the policy of the bucket). */
const needed = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:ListBucket', 's3:AbortMultipartUpload'];

/**
 * True where a statement denies what FSx needs, on a condition of the VPC or its endpoint. FSx for Lustre reaches the bucket from a network
 * of its own, as its service-linked role: a statement that names that role has thought of it. What is allowed on such a condition shuts
 * nobody out.
 */
export function demandsVpc(policy: string): boolean {
  return (parsePolicy(policy) ?? []).some((statement) => {
    const text = (JSON.stringify(statement.condition) ?? '').toLowerCase();
    const isOnVpc = /"aws:sourcevpce?"/.test(text) && !text.includes('awsserviceroleforfsxs3access');
    return !statement.allows && isOnVpc && needed.some((action) => concerns(statement, action));
  });
}
