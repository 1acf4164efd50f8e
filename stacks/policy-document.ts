/** IAM's policy documents. */

/** As AWS takes it, JSON; `Version` is that of the policy language ("IAM JSON policy elements: Version", IAM user guide). */
export function policyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
