import { instanceCredentialsLost } from '../../../../../scripts/plan-review/rules/instance-credentials-lost';
import { check, create, found, replace, update } from '../plan-builder';

const address = 'aws_instance.h';
const metadata = (state: string) => ({ metadata_options: [{ http_endpoint: state, http_tokens: 'required' }] });
const host = { iam_instance_profile: 'pull', ...metadata('enabled') };
const messages = (changes: Readonly<Record<string, unknown>>) =>
  check(instanceCredentialsLost, [update(address, host, changes)]).map(({ message }) => message);

test('finds a role that is gone, and metadata that is turned off', () => {
  expect(messages({ iam_instance_profile: '' })).toEqual(['the instance has no role any more']);
  expect(messages({ iam_instance_profile: null })).toEqual(['the instance has no role any more']);
  expect(messages(metadata('disabled'))).toEqual([
    'instance metadata, which hands out the credentials of its role, is turned off',
  ]);
  const replaced = replace(address, host, { changes: metadata('disabled'), paths: [] });
  expect(found(instanceCredentialsLost, [replaced])).toEqual([address]);
});

test('is silent on another role, on one that is known after apply, and on new instances without', () => {
  expect(messages({ iam_instance_profile: 'other' })).toEqual([]);
  const plan = [
    replace(address, host, { unknown: ['iam_instance_profile'] }),
    create('aws_instance.new', metadata('disabled')),
  ];
  expect(found(instanceCredentialsLost, plan)).toEqual([]);
});
