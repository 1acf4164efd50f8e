import { homeDirectory } from '../../../scripts/home-directory';

let userInfo: () => { readonly homedir: string };

jest.mock('node:os', () => ({ userInfo: () => userInfo() }));

test.each([
  ['what HOME says', '/home/given', '/home/given'],
  ['what the system says, where HOME is empty', '', '/home/known'],
  ['what the system says, where there is no HOME', undefined, '/home/known'],
])('%s', (_what, HOME, expected) => {
  userInfo = () => ({ homedir: '/home/known' });
  expect(homeDirectory({ HOME })).toBe(expected);
});

test('/ for a user number without a name', () => {
  userInfo = () => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  };
  expect(homeDirectory({})).toBe('/');
  expect(homeDirectory({ HOME: '/home/given' })).toBe('/home/given');
});
