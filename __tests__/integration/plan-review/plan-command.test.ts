/** `sluice plan` as people run it, around a stand-in for Terraform. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { main } from '../../../scripts/cli';
import { type FakeContextOptions, fakeContext } from '../../helpers/fake-context';
import { create, planJson } from '../../unit/scripts/plan-review/plan-builder';
import { harmful, harmless, useStandInCommands } from './stand-in-commands';

const { folder, inFolder, terraform, sluice } = useStandInCommands();

describe('sluice plan', () => {
  test('synthesizes, initializes, plans, reviews; what Terraform says goes to stderr', async () => {
    const { exitCode, stdout, stderr } = await sluice(['plan']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^Plan: 1 to create/);
    expect(stderr).toContain('terraform plans');
    expect(terraform().calls()).toEqual(['init', 'state', 'plan', 'show', 'show']);
    expect(existsSync(inFolder('cdktf.out/stacks/market-data/cdk.tf.json'))).toBe(true);
  });

  test('initializes once for one set of providers', async () => {
    await sluice(['plan']);
    await sluice(['plan']);
    expect(
      terraform()
        .calls()
        .filter((call) => call === 'init'),
    ).toHaveLength(1);
  });

  test('keeps the plan beside the state, readable to its owner only', async () => {
    await sluice(['plan']);
    for (const name of ['tfplan', 'tfplan.review.json'])
      expect(statSync(inFolder(`.sluice/market-data/${name}`)).mode & 0o077).toBe(0);
  });

  test.each(['here.tfplan', 'elsewhere/deeper.tfplan'])(
    'no moment at which others may read the plan: %s',
    async (out) => {
      const before = process.umask(0o022);
      try {
        await sluice(['plan', '--out', out]);
        expect(terraform().planFileMode() & 0o777).toBe(0o600);
        expect(process.umask()).toBe(0o022);
      } finally {
        process.umask(before);
      }
    },
  );

  test('removes what a killed run left of its plan, and nothing that another may be at work with', async () => {
    await sluice(['plan']);
    const at = (name: string) => inFolder(`.sluice/market-data/${name}`);
    const ended = ['tfplan', 'destroy.tfplan'].map((name) => `${name}.${randomUUID()}`);
    const old = [...ended, `terraform-plan.${randomUUID()}.log`, 'destroy.tfplan'];
    const atWork = `tfplan.${randomUUID()}`;
    const others = ['proof.json', 'terraform.tfstate.backup', 'tfplan.mine'];
    for (const name of [...old, atWork, ...others]) writeFileSync(at(name), '');
    for (const name of [...old, ...others]) utimesSync(at(name), 0, 0);
    await sluice(['plan']);
    const left = readdirSync(inFolder('.sluice/market-data'));
    expect(left.filter((name) => old.includes(name))).toEqual([]);
    expect(left).toEqual(expect.arrayContaining([atWork, 'tfplan', ...others]));
  });

  test('is blocked with exit code 5, unless the rule is allowed by name', async () => {
    terraform().willPlan(harmful);
    expect((await sluice(['plan'])).exitCode).toBe(5);
    expect((await sluice(['plan', '--allow', 'file-system-deleted'])).exitCode).toBe(2);
  });

  test('where nothing is to be applied it says what a plan does not look at', async () => {
    const note = 'npx sluice provision --check';
    expect((await sluice(['plan'])).stderr).not.toContain(note);
    terraform().willPlan(planJson([]));
    expect(await sluice(['plan'])).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(note) });
  });

  test('a misspelt rule is an error before Terraform runs', async () => {
    const { exitCode, stderr } = await sluice(['plan', '--allow', 'file-system-delete']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('no rule is called file-system-delete');
    expect(terraform().calls()).toEqual([]);
  });

  test('what Terraform could not plan cannot be allowed, and is not among what can', async () => {
    const { exitCode, stderr } = await sluice(['plan', '--allow', 'plan-errored']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/plan-errored cannot be allowed.*\n {2}fix: mend what Terraform says/);
    expect((await sluice(['plan', '--allow', 'none'])).stderr).not.toContain('plan-errored');
    expect(terraform().calls()).toEqual([]);
  });

  test('a failure of Terraform is one of ours, and leaves no plan to apply', async () => {
    await sluice(['plan']);
    terraform().will('fail', 'plan');
    const { exitCode, stderr } = await sluice(['plan']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('as the test wants it');
    expect((await sluice(['apply'])).exitCode).toBe(5);
  });

  test('says what to install where the program is missing', async () => {
    // A PATH of folders that anybody may read: one that may not be would make it "not permitted".
    const env = { TERRAFORM_BINARY_NAME: 'no-such-terraform', PATH: '/usr/bin:/bin' };
    const { exitCode, stderr } = await sluice(['plan'], { env });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/no-such-terraform is not on PATH[\s\S]*TERRAFORM_BINARY_NAME=tofu/);
  });

  test('passes an interruption on, once, and waits for Terraform to end', async () => {
    terraform().will('hang', 'plan');
    const abort = new AbortController();
    const fake = fakeContext({
      cwd: folder(),
      signal: abort.signal,
      env: { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: terraform().binary },
    });
    const running = main(['plan'], fake.context);
    const watched = fake.context.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('hanging')) abort.abort();
    });
    expect(await running).toBe(130);
    watched.removeAllListeners();
    expect(terraform().calls()).toEqual(['init', 'state', 'plan', 'SIGINT']);
    expect(fake.stderr()).not.toContain('error: interrupted');
  });
});

describe('sluice plan --from', () => {
  const from = (json: unknown) => writeFileSync(inFolder('plan.json'), JSON.stringify(json));

  test.each([
    [planJson([]), 0],
    [harmless, 2],
    [harmful, 5],
  ])('reviews any plan (%#)', async (json, exitCode) => {
    from(json);
    expect((await sluice(['plan', '--from', 'plan.json'])).exitCode).toBe(exitCode);
    expect(terraform().calls()).toEqual([]);
  });

  test('reads stdin', async () => {
    expect((await sluice(['plan', '--from', '-'], { stdin: JSON.stringify(harmful) })).exitCode).toBe(5);
  });

  test('has Terraform read a plan file', async () => {
    terraform().willPlan(harmful);
    writeFileSync(inFolder('some.tfplan'), 'PK\u0003\u0004');
    expect((await sluice(['plan', '--from', 'some.tfplan'])).exitCode).toBe(5);
    expect(terraform().calls()).toEqual(['show']);
  });

  test.each([
    ['nothing.json', undefined, /cannot read nothing\.json/],
    ['text.json', 'text', /neither a plan file nor JSON/],
    ['state.json', '{"format_version":"1.0","values":{}}', /a state or another document/],
  ])('refuses %s', async (name, content, message) => {
    if (content !== undefined) writeFileSync(inFolder(name), content);
    const { exitCode, stderr } = await sluice(['plan', '--from', name]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });

  test.each([
    ['markdown', /^### Plan review: blocked/],
    ['json', /^\{\n {2}"version": 1/],
    ['sarif', /"version": "2\.1\.0"/],
  ])('prints %s', async (format, content) => {
    from(harmful);
    expect((await sluice(['plan', '--from', 'plan.json', '--format', format])).stdout).toMatch(content);
  });

  test('takes prices from a file', async () => {
    from(planJson([create('aws_eip.a', {})]));
    writeFileSync(inFolder('prices.json'), '{"date":"2027-01-01","source":"our contract","publicIpv4PerHour":1}');
    const { stdout } = await sluice(['plan', '--from', 'plan.json', '--prices', 'prices.json']);
    expect(stdout).toContain('$730.00');
    expect(stdout).toContain('our contract');
    expect((await sluice(['plan', '--from', 'plan.json', '--prices', 'missing.json'])).exitCode).toBe(3);
  });

  test('is coloured on a terminal, and not where NO_COLOR is set', async () => {
    from(harmful);
    const escapes = new RegExp(String.fromCharCode(27));
    const print = async (options: FakeContextOptions) =>
      (await sluice(['plan', '--from', 'plan.json'], options)).stdout;
    expect(await print({ isTTY: true })).toMatch(escapes);
    expect(await print({ isTTY: true, env: { NO_COLOR: '1' } })).not.toMatch(escapes);
    expect(await print({})).not.toMatch(escapes);
  });
});
