import { type Protection, weakened } from '../protections';
import type { Rule } from '../rule';

export const repositoryLogNarrowed: Rule = {
  id: 'repository-log-narrowed',
  severity: 'warning',
  title: 'FSx logs less of what it could not import or export',
  explanation:
    'Its log is the one place where such a failure is told. Alarms, the proof of export and the gate of sluice destroy read it: what is not in it they do not know of.',
  check: (view) => weakened(view, protections, 'keep the level WARN_ERROR'),
};

const protections: readonly Protection[] = ['WARN', 'ERROR'].map((events) => ({
  types: ['aws_fsx_lustre_file_system'],
  path: ['log_configuration', 0, 'level'],
  isWeaker: (before, after) => String(before).includes(events) && !String(after).includes(events),
  loss: `events of level ${events} are logged no more`,
}));
