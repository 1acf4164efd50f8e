import { SluiceError } from '../../../provision/core/errors';
import { Secret } from '../../../provision/core/secret';
import { RotatingLogin } from '../../../provision/pull/login/rotating-login';
import type { Authentication } from '../../../provision/pull/sftp/authentication';

const refused = () => new SluiceError('no', { code: 'AUTHENTICATION_FAILED', kind: 'unreachable' });

/** A server that lets in who knows its password, and credentials that are read from `stored`. */
function site(password: string, stored: { value: string | Error }) {
  let readings = 0;
  const tried: string[] = [];
  const read = async (): Promise<Authentication> => {
    readings += 1;
    if (stored.value instanceof Error) throw stored.value;
    return { password: new Secret(stored.value) };
  };
  const connect = async (authentication: Authentication) => {
    const given = authentication.password?.reveal() ?? '';
    tried.push(given);
    if (given !== password) throw refused();
    return 'connected';
  };
  return { read, connect, tried, readings: () => readings };
}

test('credentials are read once for as long as they are good', async () => {
  const { read, connect, readings } = site('a', { value: 'a' });
  const login = await RotatingLogin.open(read);
  expect([await login.use(connect), await login.use(connect)]).toEqual(['connected', 'connected']);
  expect(readings()).toBe(1);
});

test('refused, they are read again: the rotated ones get in, and stay', async () => {
  const stored: { value: string | Error } = { value: 'old' };
  const { read, connect, tried, readings } = site('new', stored);
  const login = await RotatingLogin.open(read);
  stored.value = 'new';
  expect(await Promise.all([login.use(connect), login.use(connect)])).toEqual(['connected', 'connected']);
  await login.use(connect);
  expect(tried).toEqual(['old', 'old', 'new', 'new', 'new']);
  expect(readings()).toBe(2);
});

test.each([['the same'], [new Error('AWS is away')]])('refused with %s there is no second try', async (value) => {
  const stored: { value: string | Error } = { value: 'the same' };
  const { read, connect, tried } = site('another', stored);
  const login = await RotatingLogin.open(read);
  stored.value = value;
  await expect(login.use(connect)).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  expect(tried).toEqual(['the same']);
});

test('another error is nobody else to ask about', async () => {
  const { read, readings } = site('a', { value: 'a' });
  const login = await RotatingLogin.open(read);
  await expect(login.use(() => Promise.reject(new Error('no route')))).rejects.toThrow('no route');
  expect(readings()).toBe(1);
});
