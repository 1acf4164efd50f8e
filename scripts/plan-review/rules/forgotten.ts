import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Rule } from '../rule';

export const forgotten: Rule = {
  id: 'forgotten',
  severity: 'warning',
  title: 'A resource leaves the state and goes on existing',
  explanation:
    'It costs as before and nobody manages it any more. One that is created in its place is another: it holds nothing of what the first one does.',
  check: (view) =>
    view.resources
      .filter(({ action }) => action === 'forget')
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} stays in AWS, and Terraform no longer knows it${isFollowed(view, change) ? '; another is created in its place' : ''}`,
        fix: 'note who looks after it from now on',
      })),
};

function isFollowed(view: PlanView, { address, type }: ResourceChange): boolean {
  return view.ofType(type).some((other) => other.action === 'create' && other.address === address);
}
