/**
 * `npm run aws:local`: an AWS on this machine for `terraform` and `sluice` to try things on, until Ctrl-C. moto plays
 * every service but FSx, which is emulated here. Nothing of it reaches AWS, and nothing of it is kept.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { messageOf } from '../../provision/core/errors';
import { type Moto, motoCommands, startMoto } from './moto';
import { startAwsLocal } from './server';

const usage = `Usage: npm run aws:local -- [options]

  --port <number>       where it listens, on 127.0.0.1 (default: 4566)
  --transition-ms <ms>  how long a file system or an association is on its way (default: 2000)
  --slow-deletion       delete a file system as FSx does it; Terraform then waits 10 minutes. Else it is gone at once
  --help                this
`;

async function main(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '4566' },
      'transition-ms': { type: 'string', default: '2000' },
      'slow-deletion': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const moto = await startFirst(env);
  const server = await startAwsLocal({
    moto: moto.endpoint,
    port: Number(values.port),
    transitionMs: Number(values['transition-ms']),
    deletesAtOnce: !values['slow-deletion'],
  }).catch(async (error: unknown) => {
    await moto.stop();
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? portTaken(values.port) : error;
  });
  process.stdout.write(`${environment(server.endpoint)}\n`);
  process.stderr.write(
    'AWS is on this machine now: copy the lines above into the shell of terraform; Ctrl-C ends it\n',
  );
  const failure = await Promise.race([asked('SIGINT'), asked('SIGTERM'), moto.ended]);
  await server.close();
  await moto.stop();
  if (failure !== undefined) throw new Error(failure);
}

async function asked(signal: NodeJS.Signals): Promise<undefined> {
  await once(process, signal);
}

function portTaken(port: string): Error {
  return new Error(`port ${port} is taken\n  fix: name another: npm run aws:local -- --port ${Number(port) + 1}`);
}

/** What `eval` of a shell makes of it: every client talks to this endpoint, with credentials that are worth nothing. */
function environment(endpoint: string): string {
  return [
    `export AWS_ENDPOINT_URL=${endpoint}`,
    'export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test',
    'export AWS_EC2_METADATA_DISABLED=true',
    'unset AWS_PROFILE AWS_SESSION_TOKEN',
  ].join('\n');
}

async function startFirst(env: NodeJS.ProcessEnv): Promise<Moto> {
  const failures: string[] = [];
  for (const command of motoCommands) {
    try {
      return await startMoto(command, env);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new Error(`moto is needed: pip install 'moto[server]'\n${failures.join('\n')}`);
}

main(process.argv.slice(2), process.env).catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
