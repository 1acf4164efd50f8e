/** Step 2: migration.yaml, and the Terraform stack synthesized from it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadMigration } from '../../../config/load';
import type { Migration } from '../../../config/schema';
import { SluiceError } from '../../../provision/core/errors';
import { renderResources } from '../../render/resources';
import { synthesize } from '../../synthesize';
import { type DemoSource, demoConfig } from '../demo-config';
import type { Stage } from '../stage';

export async function synthesizeStack(
  stage: Stage,
  { source, operatorPublicKey }: { readonly source: DemoSource; readonly operatorPublicKey: string },
): Promise<Migration> {
  const { folder, configFile } = stage.workspace;
  const text = demoConfig(source, operatorPublicKey);
  await writeFile(configFile, text);
  const { migration, problems } = loadMigration(text, { file: configFile, today: stage.context.now() });
  if (migration === undefined) {
    const messages = problems.map(({ path, message }) => `${path}: ${message}`).join('\n');
    throw new SluiceError(`the demo's configuration is not valid\n${messages}`, {
      code: 'CONFIG_INVALID',
      kind: 'config',
    });
  }
  const { resources, stackFolder } = await synthesize(stage.context, {
    configFile,
    outputFolder: join(folder, 'cdktf.out'),
    name: migration.name,
  });
  stage.title('2 infrastructure', `synthesized to ${stage.shown(stackFolder)}; terraform would create:`);
  stage.print(renderResources(resources));
  return migration;
}
