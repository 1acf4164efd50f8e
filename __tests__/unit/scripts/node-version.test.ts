import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { oldestNode, requireNode } from '../../../scripts/node-version';

function start(node: string) {
  const told: string[] = [];
  const exits: unknown[] = [];
  const process = {
    versions: { node },
    stderr: { write: (text: string) => told.push(text) },
    exit: (code: unknown) => exits.push(code),
  };
  requireNode(process as unknown as NodeJS.Process);
  return { told: told.join(''), exits };
}

test.each(['8.17.0', '16.20.2', '19.9.0'])('Node.js %s is refused, and which one is needed is told', (node) => {
  const { told, exits } = start(node);
  expect(exits).toEqual([3]);
  expect(told).toMatch(
    new RegExp(`^error: this is Node\\.js ${node}, .* 20 .*\\n {2}fix: install Node\\.js 20\\b.*\\n$`),
  );
});

test.each(['20.0.0', '22.11.0', '100.1.0'])('Node.js %s goes', (node) => {
  expect(start(node)).toEqual({ told: '', exits: [] });
});

test('it is the one that the package asks for', () => {
  const { engines } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8'));
  expect(engines.node).toBe(`>=${oldestNode}`);
});
