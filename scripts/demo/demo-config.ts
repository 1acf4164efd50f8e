/** The demo's migration.yaml: a whole configuration as an operator would write it, for the server at hand. */
import { stringify } from 'yaml';

export interface DemoSource {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly hostKeys: readonly string[];
  readonly identityFile: string;
  readonly path: string;
}

export function demoConfig(source: DemoSource, operatorPublicKey: string): string {
  const { identityFile, ...server } = source;
  return stringify({
    name: 'sluice-demo',
    source: { ...server, credentials: { privateKey: { file: identityFile } } },
    network: { mode: 'create', operatorCidrs: ['203.0.113.7/32'] },
    fileSystem: { associations: [{ path: '/nasdaq', dataRepository: 's3://sluice-demo-market-data/nasdaq' }] },
    host: { os: 'amazon-linux-2023', ssh: { publicKey: operatorPublicKey } },
    pull: { verifyMode: 'POINT_IN_TIME_CONSISTENT' },
  });
}
