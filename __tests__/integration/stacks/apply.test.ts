/**
 * The life of a stack under real Terraform and the real AWS provider, against moto and our FSx: init, plan, apply, a
 * second plan without changes, the hand-over, changes of the configuration, reviewed, destroy. Four shapes side by side,
 * once: the provider waits 30 s before each first look at a file system or an association, and eight associations come one
 * after another.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { proofFileOf, sealProof } from '../../../scripts/export-proof/proof';
import type { Outputs } from '../../../stacks/outputs';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../../helpers/aws-local';
import { associations, host, network, type Sections } from '../../helpers/config-text';
import { describeWith } from '../../helpers/needs';
import { everythingOn } from '../../helpers/right-configurations';
import { useSharedFolder } from '../../helpers/temporary-folder';
import { type Terraform, terraform, terraformNeeds } from '../../helpers/terraform';
import { forget } from './driven-stack';
import { fileSystemOf, type Reviewed, reviewChanges, reviewed } from './reviewed-changes';
import { type Changes, type Life, live, tryChanges } from './stack-life';

/** As `sluice verify` would write it of a file system whose export is whole. */
function writeProof(folder: string, { name, region, file_system: fileSystem, associations: linked }: Outputs): void {
  const counts = {
    files: 1,
    bytes: 1,
    missing: 0,
    different: 0,
    extra: 0,
    unarchived: 0,
    neverExportable: 0,
    notPulled: 0,
  };
  const proof = sealProof({
    version: 1,
    migration: name,
    createdAt: new Date(Date.now() - 5 * 60_000).toISOString(),
    fileSystem: { id: fileSystem.id, region, lifecycle: 'AVAILABLE' },
    associations: linked.map(({ id, file_system_path: fileSystemPath, data_repository_path: dataRepositoryPath }) => ({
      id,
      fileSystemPath,
      dataRepositoryPath,
    })),
    counts,
    source: null,
    bucket: { objects: 0, bytes: 0 },
    depth: 'listing',
    exportQueue: { oldestMessageAgeSeconds: null, failures: 0 },
  });
  writeFileSync(proofFileOf(join(folder, 'migration.yaml'), name), JSON.stringify(proof));
}

async function existingNetwork({ ec2, createBucket }: EmulatedAws): Promise<Sections> {
  await createBucket('existing-bucket');
  const subnets = await ec2({
    Action: 'DescribeSubnets',
    'Filter.1.Name': 'default-for-az',
    'Filter.1.Value.1': 'true',
  });
  const id = (kind: string) => new RegExp(`<${kind}Id>([^<]+)<`).exec(subnets)?.[1];
  return {
    network: `network: { mode: existing, vpcId: ${id('vpc')}, subnetId: ${id('subnet')}, operatorCidrs: [203.0.113.7/32] }`,
    buckets: 'buckets: [{ name: existing-bucket, existing: true }]',
  };
}

const eightAssociations = associations(
  ...Array.from({ length: 8 }, (_, n) => `{ path: /n${n}, dataRepository: s3://eight-bucket-${n % 3}/n${n} }`),
);

describeWith([...terraformNeeds, motoNeed], 'the stack, applied', () => {
  const folders = {
    created: useSharedFolder(),
    existing: useSharedFolder(),
    everything: useSharedFolder(),
    eight: useSharedFolder(),
  };
  let lives: {
    readonly created: Life & Changes & { readonly reviews: readonly Reviewed[] };
    readonly existing: Life & Changes;
    readonly everything: Life & { readonly planFromScratch: number };
    readonly eight: Life;
  };
  let aws: EmulatedAws;
  let using: Terraform;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    using = terraform(aws.env);
    await aws.createBucket('state-bucket');
    const { created, existing, everything, eight } = folders;
    const disposable = (name: string, rest: Sections = {}) => ({
      ...rest,
      ...fileSystemOf(name, 'preventDestroy: false'),
    });
    // moto chooses a zone by chance where none is named, and one of the reviewed changes is another one.
    const own = { ...disposable('created'), ...network('availabilityZone: us-east-1a') };
    const found = disposable('existing', await existingNetwork(aws));
    // moto knows no interruption behaviour of spot instances: they are on demand here.
    const all = {
      ...everythingOn('everything', 'preventDestroy: false'),
      ...host('count: 2', 'instanceType: c7gn.xlarge'),
      state: 'state: { s3: { bucket: state-bucket } }',
    };
    const eightSections = {
      name: 'name: eight',
      fileSystem: `${eightAssociations.fileSystem}\n  preventDestroy: false`,
    };
    const results = await Promise.all([
      live(created(), 'created', {
        sections: own,
        using,
        meanwhile: async (stack) => ({
          ...(await tryChanges(created(), 'created', stack, own)),
          reviews: await reviewChanges(stack, own),
        }),
        destroy: (stack, outputs) => {
          writeProof(created(), outputs);
          return stack.sluiceDestroy();
        },
      }),
      live(existing(), 'existing', {
        sections: found,
        using,
        meanwhile: (stack) => tryChanges(existing(), 'existing', stack, found),
      }),
      live(everything(), 'everything', {
        sections: all,
        using,
        meanwhile: async (stack) => {
          forget(everything());
          stack.synth(all);
          await stack.run(['init']);
          return { planFromScratch: await stack.plan() };
        },
        destroy: (stack) => stack.sluiceDestroy('--abandon-unexported'),
      }),
      live(eight(), 'eight', { sections: eightSections, using, meanwhile: async () => ({}) }),
    ]);
    lives = { created: results[0], existing: results[1], everything: results[2], eight: results[3] };
  }, 1_800_000);

  afterAll(async () => {
    using?.dispose();
    await aws?.close();
  });

  describe.each(['created', 'existing', 'everything', 'eight'] as const)('of the shape %s', (shape) => {
    test('has nothing to change right after the apply', () => {
      expect(lives[shape].secondPlan).toBe(0);
    });

    test('is destroyed without a trace in the state', () => {
      expect(lives[shape].left).toBe('');
    });
  });

  test.each([
    ['created', ['created-bucket']],
    ['everything', ['everything-here', 'everything-there']],
  ] as const)('sluice destroys all of %s but its buckets, which stay protected', async (_, buckets) => {
    for (const bucket of buckets) {
      expect((await fetch(`${aws.endpoint}/${bucket}`, { method: 'HEAD' })).status).toBe(200);
      const policy = await fetch(`${aws.endpoint}/${bucket}?policy`);
      expect(await policy.text()).toContain('aws:SecureTransport');
    }
  });

  describe.each(['created', 'existing'] as const)('in a network that is %s', (form) => {
    const life = () => lives[form];

    test('keeps its state outside the output folder', () => {
      expect(life().planFromScratch).toBe(0);
      expect(existsSync(join(folders[form](), '.sluice', form, 'terraform.tfstate'))).toBe(true);
    });

    test('hands over what was created', () => {
      const { outputs } = life();
      expect(outputs).toMatchObject({
        name: form,
        region: 'us-east-1',
        file_system: {
          id: expect.stringMatching(/^fs-/),
          dns_name: `${outputs.file_system.id}.fsx.us-east-1.amazonaws.com`,
          lustre_version: '2.12',
        },
        associations: [
          {
            id: expect.stringMatching(/^dra-/),
            file_system_path: '/nasdaq',
            data_repository_path: `s3://${form}-bucket/nasdaq`,
          },
        ],
        buckets: [`${form}-bucket`],
        log_group: `/aws/fsx/${form}`,
        hosts: [{ instance_id: expect.stringMatching(/^i-/), username: 'ec2-user' }],
      });
      expect(outputs.hosts[0]?.address).not.toBe(outputs.hosts[0]?.private_address);
    });

    test('is not touched by settings of the host that only the provisioner reads', () => {
      expect(life().planWithHostSettings).toBe(0);
    });

    test('replaces the host, and no data, for another OS', () => {
      expect(life().otherOs).toEqual({
        'terraform_data.host_image_choice': 'update',
        'aws_instance.host_1': 'delete create',
        'aws_eip_association.host_1_address_association': 'delete create',
      });
    });

    test('refuses to be destroyed while it is protected', () => {
      expect(life().protectedDestroy).toMatch(/aws_fsx_lustre_file_system\.file_system has lifecycle\.prevent_destroy/);
    });
  });

  test('with everything on, is handed over whole', () => {
    const { outputs } = lives.everything;
    expect(outputs.hosts.map(({ name }) => name)).toEqual(['sluice-everything-host-1', 'sluice-everything-host-2']);
    expect(outputs.associations.map(({ data_repository_path: path }) => path)).toEqual([
      's3://everything-here/nasdaq',
      's3://everything-there',
    ]);
    expect(outputs.egress_addresses).toHaveLength(1);
    for (const { address, private_address: own } of outputs.hosts) expect(address).toBe(own);
  });

  test('keeps its state in the bucket alone, where it is told to', () => {
    expect(lives.everything.planFromScratch).toBe(0);
    expect(existsSync(join(folders.everything(), '.sluice/everything/terraform.tfstate'))).toBe(false);
  });

  test('links eight folders of three buckets, one after another', () => {
    const { associations: linked, buckets } = lives.eight.outputs;
    expect(linked).toHaveLength(8);
    expect(new Set(linked.map(({ id }) => id)).size).toBe(8);
    expect(buckets).toHaveLength(3);
  });

  test.each(reviewed.map(([what, , expected], index) => [what, expected, index] as const))(
    'a change is reviewed as what it is: %s',
    (_, { blocked, created, ...expected }, index) => {
      const review = lives.created.reviews[index];
      expect(review).toMatchObject(expected);
      expect(review?.created).toEqual(expect.arrayContaining([...created]));
      if (blocked.length === 0) expect(review?.blocked).toEqual([]);
      else expect(review?.blocked).toEqual(expect.arrayContaining([...blocked]));
    },
  );
});
