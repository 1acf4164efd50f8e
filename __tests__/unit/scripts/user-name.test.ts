import * as os from 'node:os';
import { localUserName, userNameAt } from '../../../scripts/user-name';

jest.mock('node:os', () => ({ ...jest.requireActual<typeof os>('node:os'), userInfo: jest.fn() }));

describe('the local user', () => {
  const userInfo = os.userInfo as unknown as jest.Mock;

  test('by the name that the system has', () => {
    userInfo.mockReturnValue({ username: 'jana' });
    expect(localUserName({ USER: 'other' })).toBe('jana');
  });

  describe('without an entry in passwd', () => {
    beforeEach(() => {
      userInfo.mockImplementation(() => {
        throw new Error('A system error occurred: uv_os_get_passwd returned ENOENT');
      });
    });

    test.each([
      [{ USER: 'jana', LOGNAME: 'other' }, 'jana'],
      [{ USER: '', LOGNAME: 'jana' }, 'jana'],
      [{}, undefined],
    ])('by the environment: %j is %s', (env, name) => {
      expect(localUserName(env)).toBe(name);
    });

    test('a server that needs a name says how to write one', () => {
      expect(() => userNameAt('sftp.example', localUserName({}))).toThrow(
        expect.objectContaining({ code: 'NO_USER_NAME', kind: 'config', hint: 'write user@sftp.example' }),
      );
    });
  });
});
