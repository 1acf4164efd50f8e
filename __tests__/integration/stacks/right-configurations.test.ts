/**
 * Every right configuration is accepted, synthesized and valid to Terraform. They are validated at once, each as a module of
 * one root (so its backend is left out: Terraform takes one in the root only), since most of a `terraform validate` is
 * reading the provider's schema.
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
    const modules = Object.fromEntries(
      texts.map(([name, json], index) => {
        const module = `c${index}`;
        const { backend: _, ...settings } = json.terraform;
        mkdirSync(join(folder(), module));
        writeFileSync(join(folder(), module, 'cdk.tf.json'), JSON.stringify({ ...json, terraform: settings }));
        return [module, { source: `./${module}`, '//': name }];
      }),
    );
    writeFileSync(join(folder(), 'main.tf.json'), JSON.stringify({ module: modules }));
    const { run, dispose } = terraform();
    try {
      await run(folder(), ['init']);
      const { stdout } = await run(folder(), ['validate', '-json'], [0, 1]);
      const { valid, diagnostics } = JSON.parse(stdout);
      const said = diagnostics.map(({ summary, detail, range, snippet }: Diagnostic) => {
        const [, index] = /^c(\d+)\//.exec(range?.filename ?? '') ?? [];
        return `${texts[Number(index)]?.[0]}: ${summary} ${detail} (${snippet?.code ?? ''})`;
      });
      expect(said).toEqual([]);
      expect(valid).toBe(true);
    } finally {
      dispose();
    }
  }, 120_000);
});

interface Diagnostic {
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string };
  readonly snippet?: { readonly code: string };
}
