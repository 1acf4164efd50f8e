/**
 * Every right configuration is accepted, synthesized and valid to Terraform. They are validated at once, each as a module of
 * one root, since most of a `terraform validate` is starting the provider and reading its schema. A module has no backend,
 * which Terraform takes in the root only, and inherits the provider where its own is that of the defaults.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configText, load } from '../../helpers/config-text';
import { describeWith } from '../../helpers/needs';
import { rightConfigurations } from '../../helpers/right-configurations';
import { migrationOf, synthesize } from '../../helpers/synth';
import { useSharedFolder } from '../../helpers/temporary-folder';
import { terraform, terraformNeeds } from '../../helpers/terraform';

const texts = rightConfigurations.map(([name, given]) => {
  const { json } = synthesize(migrationOf(given));
  return [name, json] as const;
});

test('there are as many right ones as wrong ones are asked for, no two with one name or one result', () => {
  expect(rightConfigurations.length).toBeGreaterThanOrEqual(80);
  expect(new Set(rightConfigurations.map(([name]) => name)).size).toBe(rightConfigurations.length);
});

test.each(rightConfigurations)('%s: without even a warning', (_, given) => {
  expect(load(configText(given)).problems).toEqual([]);
});

describeWith(terraformNeeds, 'right configurations', () => {
  const folder = useSharedFolder();

  test('are all valid to Terraform', async () => {
    const { provider, terraform: settings } = synthesize().json;
    const { required_providers } = settings;
    const modules = Object.fromEntries(
      texts.map(([name, json], index) => {
        const module = `c${index}`;
        const own = JSON.stringify(json.provider) === JSON.stringify(provider) ? undefined : json.provider;
        mkdirSync(join(folder(), module));
        writeFileSync(
          join(folder(), module, 'cdk.tf.json'),
          JSON.stringify({ ...json, provider: own, terraform: { required_providers } }),
        );
        return [module, { source: `./${module}`, '//': name }];
      }),
    );
    writeFileSync(
      join(folder(), 'main.tf.json'),
      JSON.stringify({ module: modules, provider, terraform: { required_providers } }),
    );
    const { run, dispose } = terraform();
    try {
      await run(folder(), ['init']);
      const { stdout } = await run(folder(), ['validate', '-json'], [0, 1]);
      const { valid, diagnostics } = JSON.parse(stdout);
      const said = diagnostics.map(({ summary, detail, range }: Diagnostic) => {
        const [, index] = /^c(\d+)\//.exec(range?.filename ?? '') ?? [];
        return `${texts[Number(index)]?.[0]}: ${summary} ${detail}`;
      });
      expect(said).toEqual([]);
      expect(valid).toBe(true);
    } finally {
      dispose();
    }
  });
});

interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string };
}
