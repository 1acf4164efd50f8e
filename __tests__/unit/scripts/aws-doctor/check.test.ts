import { SluiceError } from '../../../../provision/core/errors';
import { type Account, type AwsCheck, examine } from '../../../../scripts/aws-doctor/check';

const account = {} as Account;
const fine: AwsCheck = { name: 'fine', look: async () => ({ status: 'ok', detail: 'there' }) };
const failing = (error: Error): AwsCheck => ({ name: 'failing', look: () => Promise.reject(error) });

test('a question that may not be asked is one finding, with what to do about it; the others have their answers', async () => {
  const denied = new SluiceError('kms:GetKeyPolicy is denied', { code: 'AWS_DENIED', hint: 'allow kms:GetKeyPolicy' });
  expect(await examine(account, [failing(denied), fine])).toEqual([
    { check: 'failing', status: 'unknown', detail: 'kms:GetKeyPolicy is denied', cure: 'allow kms:GetKeyPolicy' },
    { check: 'fine', status: 'ok', detail: 'there' },
  ]);
});

test.each([
  ['AWS cannot be reached', new SluiceError('no network', { code: 'AWS_UNREACHABLE', kind: 'unreachable' })],
  ['nobody is logged in', new SluiceError('AWS does not know who asks', { code: 'AWS_CREDENTIALS', kind: 'config' })],
  ['it is a fault of ours', new TypeError('undefined is not a function')],
])('where %s, that is the answer', async (_, error) => {
  await expect(examine(account, [fine, failing(error)])).rejects.toBe(error);
});
