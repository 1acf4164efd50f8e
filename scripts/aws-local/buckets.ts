/** What FSx does to the buckets that it is linked to, and what it needs of them (FSx for Lustre user guide, "Troubleshooting a misconfigured linked S3 bucket"). */

export interface Buckets {
  /** Undefined where the bucket does not exist. */
  regionOfBucket(name: string): Promise<string | undefined>;
  /** What keeps FSx from a bucket that it is linked to; undefined where nothing does. */
  bucketFault(name: string, imports: boolean): Promise<string | undefined>;
  /** Adds the notification named `FSx`, by which FSx learns of changes; may be called again. */
  addNotification(bucket: string): Promise<void>;
  /** Takes it away again, where it is there; may be called again. */
  removeNotification(bucket: string): Promise<void>;
  putObject(bucket: string, key: string, body: string): Promise<void>;
}

/** S3 wants the queue in the bucket's region. */
const notificationIn = (region = 'us-east-1') =>
  `<QueueConfiguration><Id>FSx</Id><Queue>arn:aws:sqs:${region}:123456789012:fsx</Queue>` +
  '<Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event></QueueConfiguration>';

/** @param endpoint of moto's server. */
export function bucketsAt(endpoint: string): Buckets {
  const get = async (path: string) => {
    const response = await fetch(`${endpoint}/${path}`);
    return { ok: response.ok, text: await response.text() };
  };
  const put = async (path: string, body: string, headers: Readonly<Record<string, string>> = {}) => {
    const { ok, status } = await fetch(`${endpoint}/${path}`, { method: 'PUT', body, headers });
    if (!ok) throw new Error(`PUT ${path}: ${status}`);
  };
  /** As XML: '' where there are none, or no bucket. */
  const notificationsOf = async (bucket: string) => {
    const { text } = await get(`${bucket}?notification`);
    return /<NotificationConfiguration[^>]*>(.*)<\/NotificationConfiguration>/s.exec(text)?.[1] ?? '';
  };
  const regionOfBucket = async (bucket: string) => {
    const { ok, headers } = await fetch(`${endpoint}/${bucket}`, { method: 'HEAD' });
    return ok ? (headers.get('x-amz-bucket-region') ?? 'us-east-1') : undefined;
  };
  // moto takes an empty configuration with its namespace only.
  const putNotifications = (bucket: string, notifications: string) =>
    put(
      `${bucket}?notification`,
      `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${notifications}</NotificationConfiguration>`,
      {
        'x-amz-skip-destination-validation': 'true',
      },
    );
  return {
    regionOfBucket,
    bucketFault: async (name, imports) => {
      if (!(await get(`${name}?location`)).ok) return `The S3 bucket ${name} does not exist.`;
      const policy = await get(`${name}?policy`);
      if (policy.ok && shutsOut(policy.text))
        return 'Amazon FSx does not have the required permissions for the S3 bucket: its policy denies access.';
      const { text } = await get(`${name}?notification`);
      if (imports && !text.includes('<Id>FSx</Id>'))
        return 'The event notification configuration named FSx of the S3 bucket was changed or removed.';
      return undefined;
    },
    addNotification: async (bucket) => {
      const others = await notificationsOf(bucket);
      if (!others.includes('<Id>FSx</Id>'))
        await putNotifications(bucket, others + notificationIn(await regionOfBucket(bucket)));
    },
    removeNotification: async (bucket) => {
      const all = await notificationsOf(bucket);
      const others = all.replaceAll(
        /<QueueConfiguration>(?:(?!<\/QueueConfiguration>).)*<Id>FSx<\/Id>.*?<\/QueueConfiguration>/gs,
        '',
      );
      if (others !== all) await putNotifications(bucket, others);
    },
    putObject: (bucket, key, body) => put(`${bucket}/${key}`, body),
  };
}

/** A statement about a VPC that makes no exception for FSx's role: FSx comes from a network of its own. */
function shutsOut(policy: string): boolean {
  return /aws:SourceVpce?"/i.test(policy) && !/AWSServiceRoleForFSxS3Access/.test(policy);
}
