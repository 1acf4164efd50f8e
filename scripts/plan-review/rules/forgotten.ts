import type { Rule } from '../rule';

export const forgotten: Rule = {
  id: 'forgotten',
  severity: 'warning',
  title: 'A resource leaves the state and goes on existing',
  explanation: 'It costs as before and nobody manages it any more.',
  check: (view) =>
    view.resources
      .filter(({ action }) => action === 'forget')
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} stays in AWS, and Terraform no longer knows it`,
        fix: 'note who looks after it from now on',
      })),
};
