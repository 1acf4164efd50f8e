/** `sluice doctor aws` of the bucket that the Terraform state is kept in. */
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { stateText, useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import { describeWith } from '../../helpers/needs';

describeWith([motoNeed], 'doctor aws: the state', () => {
  const doctor = useAwsDoctor();
  const { s3 } = doctor;

  async function makeBucket(name: string, { isVersioned = true } = {}): Promise<void> {
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    const versions = { Status: isVersioned ? 'Enabled' : 'Suspended' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: versions }));
  }
  const put = (bucket: string, key: string, body: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from(body) }));
  const complaints = (bucket: string, rest = '') =>
    doctor.complaints({ ...doctor.network().sections(), state: `state: { s3: { bucket: ${bucket}${rest} } }` });
  const lock = JSON.stringify({
    ID: '6b9c0ab2-9d1c-8f0c-6a8e-0d6f1a5f5a4d',
    Operation: 'OperationTypeApply',
    Who: 'ann@ci-7',
    Created: '2026-06-01T08:15:00.123Z',
  });

  test('is silent on one that is there, with versions and without a lock, before and after the first apply', async () => {
    await makeBucket('state-right');
    expect(await complaints('state-right')).toEqual([]);
    await put('state-right', 'sluice/market-data/terraform.tfstate', '{}');
    await put('state-right', 'another/terraform.tfstate.tflock', lock);
    expect(await complaints('state-right')).toEqual([]);
  });

  test('a bucket that is not there', async () => {
    expect((await complaints('state-nowhere'))[0]).toEqual({
      check: 'state in s3://state-nowhere',
      status: 'problem',
      detail: 'there is no such bucket, and the stack makes none for its own state',
      cure: 'aws s3 mb s3://state-nowhere --region us-east-1; or correct state.s3.bucket',
    });
  });

  test('a bucket in another region than it says', async () => {
    await makeBucket('state-elsewhere');
    expect(await complaints('state-elsewhere', ', region: eu-west-1')).toMatchObject([
      { detail: 'it is in us-east-1, not in eu-west-1', cure: 'set state.s3.region: us-east-1' },
    ]);
  });

  test('no versions', async () => {
    await makeBucket('state-flat', { isVersioned: false });
    expect(await complaints('state-flat')).toMatchObject([
      { check: 'state versions', status: 'problem', cure: expect.stringContaining('--bucket state-flat') },
    ]);
  });

  test('a lock that somebody holds, unless the state is not locked so', async () => {
    await makeBucket('state-locked');
    await put('state-locked', 'sluice/market-data/terraform.tfstate.tflock', lock);
    expect(await complaints('state-locked')).toEqual([
      {
        check: 'state lock',
        status: 'unknown',
        detail: 'ann@ci-7 holds it since 2026-06-01T08:15:00.123Z (OperationTypeApply)',
        cure: expect.stringMatching(/stacks\/market-data force-unlock 6b9c0ab2-9d1c-8f0c-6a8e-0d6f1a5f5a4d$/),
      },
    ]);
    expect(await complaints('state-locked', ', useLockfile: false')).toEqual([]);
  });

  test.each([
    [
      'state-empty',
      '',
      /^s3:\/\/state-empty\/sluice\/market-data\/terraform.tfstate is empty: Terraform takes it for none/,
    ],
    ['state-other', 'a,b\n', /is not a state of Terraform's$/],
  ])('an object of the bucket %s that Terraform makes nothing of', async (bucket, body, detail) => {
    await makeBucket(bucket);
    await put(bucket, 'sluice/market-data/terraform.tfstate', body);
    expect((await complaints(bucket))[0]).toEqual({
      check: 'state',
      status: 'problem',
      detail: expect.stringMatching(detail),
      cure: expect.stringContaining(
        `list-object-versions --bucket ${bucket} --prefix sluice/market-data/terraform.tfs`,
      ),
    });
  });

  test('what an apply did not see to its end', async () => {
    await makeBucket('state-half');
    const instance = { type: 'aws_instance', name: 'host_1', id: 'i-1', status: 'tainted' } as const;
    await put('state-half', 'sluice/market-data/terraform.tfstate', stateText([instance]));
    expect(await complaints('state-half')).toMatchObject([
      { check: 'tainted resources', detail: expect.stringContaining('aws_instance.host_1') },
    ]);
  });
});
