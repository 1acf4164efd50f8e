import { ShellConnection } from '../../../../provision/connection/shell-connection';
import { pullJob } from '../../../../provision/roles/job';
import { ec2Layout } from '../../../../provision/roles/layout';
import { assertCurrentJob } from '../../../../scripts/pull/job-on-host';
import { configText, pull, type Sections, validSections } from '../../../helpers/config-text';
import { migrationOf, outputsOf } from '../../../helpers/host-plays';

const outputs = outputsOf({ address: '203.0.113.9', username: 'ec2-user' });
const hostOf = (sections: Sections) => ({ migration: migrationOf(configText(sections)), outputs, layout: ec2Layout });

/** A host that holds this text as its job, or none. */
function connectionTo(job: string | undefined): ShellConnection {
  const stdout = Buffer.from(job ?? '');
  return new ShellConnection(
    {
      host: 'host-1',
      run: async () => ({ exitCode: job === undefined ? 1 : 0, stdout, stderr: '' }),
      close: async () => undefined,
    },
    'login',
  );
}

/** What is told where the host was provisioned with some of the sections, and the configuration has others now. */
async function told(
  provisioned: Sections,
  configured: Sections,
): Promise<{ message: string; hint?: string; exitCode: number }> {
  const connection = connectionTo(JSON.stringify(pullJob(hostOf(provisioned)), null, 2));
  try {
    await assertCurrentJob({ ...hostOf(configured), connection }, 'nothing was started');
    return { message: '', exitCode: 0 };
  } catch (error) {
    return error as { message: string; hint?: string; exitCode: number };
  }
}

test('of a host that is provisioned for this configuration nothing is said', async () => {
  const sections = pull('excludes: ["*.tmp"]', 'limits: { files: 3 }');
  expect((await told(sections, sections)).message).toBe('');
});

test('another setting is told with both values, and what brings this one', async () => {
  const { message, hint, exitCode } = await told(
    pull('sourceAfterTransfer: DELETE'),
    pull('sourceAfterTransfer: KEEP', 'excludes: ["*.tmp"]'),
  );
  expect(exitCode).toBe(5);
  expect(message).toMatch(/^host-1 pulls by another configuration: .*; nothing was started$/);
  expect(message).toContain('pull.sourceAfterTransfer is "DELETE" there, "KEEP" here');
  expect(message).toContain('pull.excludes is [] there, ["*.tmp"] here');
  expect(hint).toContain('npx sluice provision');
});

test('another source is told; many differences are counted, and long values cut', async () => {
  const moved = { source: validSections.source.replace(/^( +path:).*$/m, '$1 /elsewhere') };
  expect((await told({}, moved)).message).toMatch(/source\.path is "\/\S+" there, "\/elsewhere" here/);
  const names = Array.from({ length: 100 }, (_, index) => `"*.${index}"`).join(', ');
  const { message } = await told(
    {},
    pull(`excludes: [${names}]`, 'mtime: NONE', 'overwriteMode: NEVER', 'symlinks: COPY', 'bytesPerSecond: 9000000'),
  );
  expect(message).toContain('; 2 more; nothing was started');
  expect(message.length).toBeLessThan(500);
});

test('how often and with how much of the host it pulls is no other pull', async () => {
  expect((await told({}, pull('resources: { memoryMiB: 1024 }', 'schedule: { onCalendar: daily }'))).message).toBe('');
});

test.each([
  ['no job', undefined],
  ['half a job', '{"version": 1, "sour'],
])('of a host with %s the agent says more', async (_, job) => {
  const host = { ...hostOf({}), connection: connectionTo(job) };
  await expect(assertCurrentJob(host, 'nothing was started')).resolves.toBeUndefined();
});
