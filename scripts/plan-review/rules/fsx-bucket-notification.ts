import { areOfOneBucket, lastingAssociations } from '../lustre';
import { isLeftAsItIs, type ResourceChange } from '../plan-json';
import type { Rule } from '../rule';
import { listAt } from '../values';

/** FSx for Lustre user guide, "Automatically import updates from your S3 bucket": the notification named `FSx`. */
export const fsxBucketNotification: Rule = {
  id: 'fsx-bucket-notification',
  severity: 'blocked',
  title: 'Terraform and FSx both own the event notifications of a bucket',
  explanation:
    'Auto-import keeps a notification named FSx on the bucket. aws_s3_bucket_notification overwrites it, and the association becomes MISCONFIGURED: nothing is imported or exported.',
  check: (view) => {
    const importing = lastingAssociations(view).filter(imports);
    return view
      .ofType('aws_s3_bucket_notification')
      .filter(({ action, after }) => after !== undefined && action !== 'forget')
      .flatMap((notification) => {
        const shared = importing.filter((association) => areOfOneBucket(view, notification, association));
        if ([notification, ...shared].every(isLeftAsItIs)) return [];
        return shared.map((association) => ({
          address: notification.address,
          message: `it overwrites the notification of ${association.address}, which imports from the same bucket`,
          fix: 'remove it and let EventBridge serve others (aws s3api put-bucket-notification-configuration by hand), or turn auto-import off',
        }));
      });
  },
};

function imports({ after }: ResourceChange): boolean {
  return listAt(after, 's3', 0, 'auto_import_policy', 0, 'events').length > 0;
}
