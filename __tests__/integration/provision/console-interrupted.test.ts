/** Ctrl-C while the AWS CLI is asked for what an instance's console shows. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConsoleFingerprints } from '../../../provision/connection/ec2-console';
import { runProgram } from '../../../scripts/provision/run-program';
import { fakeContext } from '../../helpers/fake-context';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { until } from '../../helpers/until';

const folder = useTemporaryFolder();

test('is an interrupt, and no right that is lacking', async () => {
  const started = join(folder(), 'started');
  writeFileSync(join(folder(), 'aws'), '#!/bin/sh\n: >started\nexec sleep 600\n', { mode: 0o755 });
  const abort = new AbortController();
  const env = { PATH: `${folder()}:${process.env.PATH}` };
  const { context } = fakeContext({ cwd: folder(), env, signal: abort.signal });
  const reading = readConsoleFingerprints({ id: 'i-1', region: 'us-east-1' }, (program, args) =>
    runProgram(context, program, args),
  );
  const failure = expect(reading).rejects.toMatchObject({ kind: 'interrupted', message: 'interrupted' });
  await until(() => existsSync(started));
  abort.abort();
  await failure;
});
