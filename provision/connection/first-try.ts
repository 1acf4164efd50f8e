/**
 * One sudo password for several hosts. Where their accounts are one (LDAP, Active Directory), a wrong one that every host tries locks it
 * everywhere: so one host tries it alone, and what that one does not take no other is given.
 */
import { SluiceError } from '../core/errors';
import { passwordRefused } from './sudo-refusal';

export class FirstTry {
  #isTaken = false;
  #refusedBy: string | undefined;
  #running: Promise<void> | undefined;

  /** Resolves once a host has taken the password. `attempt` rejects with SUDO_PASSWORD_REFUSED where this one does not; whatever else it says decides nothing. */
  async taken(host: string, attempt: () => Promise<unknown>): Promise<void> {
    while (!this.#isTaken) {
      if (this.#refusedBy !== undefined) throw notTried(host, this.#refusedBy);
      if (this.#running === undefined) await this.#try(host, attempt);
      else await this.#running;
    }
  }

  async #try(host: string, attempt: () => Promise<unknown>): Promise<void> {
    const outcome = attempt();
    this.#running = outcome
      .then(
        () => {
          this.#isTaken = true;
        },
        (error) => {
          if (error instanceof SluiceError && error.code === passwordRefused) this.#refusedBy = host;
        },
      )
      .finally(() => {
        this.#running = undefined;
      });
    await this.#running;
    await outcome;
  }
}

function notTried(host: string, refusedBy: string): SluiceError {
  return new SluiceError(`${host}: the sudo password was not tried, as ${refusedBy} does not take it`, {
    code: passwordRefused,
    kind: 'blocked',
    hint: `where the hosts' accounts are one, each try counts towards locking it; where they are not: --limit ${host}, with its own password`,
  });
}
