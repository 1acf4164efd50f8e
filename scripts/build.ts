/**
 * Builds dist/: `sluice.js`, the command line (packages stay outside, loaded when a command needs them), `main.js`,
 * the CDKTF app that `sluice synth` runs, `agent.js`, the pull agent in one file for the host's Node.js, down to 16, and
 * `report-page.js` and its style, which `sluice report` puts into its page.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { licenseComment } from './bundled-licenses';
import { hostBundle } from './host-bundle';

const root = join(__dirname, '..');

async function main(): Promise<void> {
  await build({
    entryPoints: { sluice: join(root, 'scripts/cli.ts'), main: join(root, 'main.ts') },
    outdir: join(root, 'dist'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'warning',
  });
  chmodSync(join(root, 'dist/sluice.js'), 0o755);
  await buildReportPage();
  await build({
    ...hostBundle,
    entryPoints: [join(root, 'provision/pull/agent.ts')],
    outfile: join(root, 'dist/agent.js'),
  });
}

async function buildReportPage(): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      'report-page': 'scripts/report/page/main.ts',
      'report-page-style': 'scripts/report/page/page.css',
    },
    outdir: 'dist',
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
  });
  const script = join(root, 'dist/report-page.js');
  writeFileSync(script, licenseComment(metafile, root) + readFileSync(script, 'utf8'));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
