/** docs/hosts.md says what the tables in the program say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeRange } from '../../../../provision/roles/kernel-ranges';
import { lustreHosts, mountable } from '../../../../provision/roles/lustre-clients';
import { moduleOptionsPath, parametersFor, tuningUnitName } from '../../../../provision/roles/tuning';

const guide = readFileSync(join(__dirname, '../../../../docs/hosts.md'), 'utf8');
const rows = guide.split('\n').filter((line) => line.startsWith('| `'));

test.each(Object.entries(lustreHosts))('%s: every client, kernel and version is in its rows', (os, { clients }) => {
  for (const { choice, series, kernels } of clients) {
    const row = rows.find((each) => each.includes(`\`${os}\``) && each.includes(`\`${choice}\` (${series})`));
    expect(row).toBeDefined();
    for (const range of kernels) expect(row).toContain(describeRange(range));
    expect(row).toContain(`| ${mountable[series].join(', ')} |`);
  }
});

test('the tuning of large hosts is all there', () => {
  const large = parametersFor({ memoryGiB: 512, vCPUs: 96 });
  for (const { pattern } of large) expect(guide).toContain(pattern.slice(pattern.lastIndexOf('.') + 1));
  expect(parametersFor({ memoryGiB: 64, vCPUs: 64 })).toEqual([]);
  expect(guide).toContain(moduleOptionsPath);
  expect(guide).toContain(tuningUnitName);
});
