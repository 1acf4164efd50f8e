/** What sudo says when it does not run a command, turned into a cure. The one place that reads its messages (sudo(8), in the C locale). */
import { SluiceError } from '../core/errors';

interface Refusal {
  readonly says: RegExp;
  readonly hint: string;
}

/** Code of a refusal that a password was the reason of. */
export const passwordRefused = 'SUDO_PASSWORD_REFUSED';
const refused = 'SUDO_REFUSED';

/** Nothing of the host can be read then. */
export function isSudoRefusal(error: unknown): error is SluiceError {
  return error instanceof SluiceError && [passwordRefused, refused].includes(error.code);
}

/** What another password would not change. */
const whateverThePassword: readonly Refusal[] = [
  {
    says: /must have a tty/,
    hint: 'let the login use sudo without a terminal: `Defaults:LOGIN !requiretty`, in a file of /etc/sudoers.d on the host (visudo -f)',
  },
  {
    says: /is not in the sudoers file|may not run sudo|is not allowed to (?:execute|run)/,
    hint: 'let the login run every command: `LOGIN ALL=(ALL) ALL`, in a file of /etc/sudoers.d on the host (visudo -f); or log in as a user who may',
  },
  {
    says: /sudo: (?:\S+: )?not found|sudo: command not found/,
    hint: 'install sudo on the host, or log in as root',
  },
];

export function sudoRefusal(host: string, said: string, withPassword: boolean): SluiceError {
  const known = whateverThePassword.find(({ says }) => says.test(said));
  const isOfPassword = withPassword && known === undefined;
  const why = isOfPassword ? 'sudo does not take the password' : 'sudo refuses';
  return new SluiceError(`${host}: ${why}${said === '' ? '' : `: ${said}`}`, {
    code: isOfPassword ? passwordRefused : refused,
    kind: 'blocked',
    hint:
      known?.hint ??
      (isOfPassword
        ? 'is it the password of the login, and may the login use sudo? `sudo -l` on the host tells'
        : 'where it wants a password, give it: --ask-sudo-password or --sudo-password-env NAME; or log in as a user with passwordless sudo (ec2-user has it on Amazon Linux)'),
  });
}
