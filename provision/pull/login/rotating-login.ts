/** Logs in with credentials that may be rotated while a run is under way: refused, they are read again, and tried if they are others. */
import { SluiceError } from '../../core/errors';
import type { Secret } from '../../core/secret';
import type { Authentication } from '../sftp/authentication';

export class RotatingLogin {
  #reading: Promise<Authentication> | undefined;

  private constructor(
    private current: Authentication,
    private readonly read: () => Promise<Authentication>,
  ) {}

  /** Rejects as `read` does: without credentials there is nothing to begin with. */
  static async open(read: () => Promise<Authentication>): Promise<RotatingLogin> {
    return new RotatingLogin(await read(), read);
  }

  /** Rejects as `connect` does. A refusal of credentials that are still the same is final: more tries would lock the account. */
  async use<T>(connect: (authentication: Authentication) => Promise<T>): Promise<T> {
    const tried = this.current;
    try {
      return await connect(tried);
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== 'AUTHENTICATION_FAILED') throw error;
      if (this.current === tried) await this.#readAgain();
      if (isSame(this.current, tried)) throw error;
      return connect(this.current);
    }
  }

  /** Connections that are refused at one time share one reading. Where nothing can be read, what was there is kept. */
  async #readAgain(): Promise<void> {
    this.#reading ??= this.read();
    try {
      this.current = await this.#reading;
    } catch {
      // The refusal is the error to tell: it says that the credentials are wrong.
    } finally {
      this.#reading = undefined;
    }
  }
}

function isSame(a: Authentication, b: Authentication): boolean {
  const secrets = ({ privateKey, passphrase, password, fallbackKeys = [] }: Authentication) =>
    [privateKey, passphrase, password, ...fallbackKeys].map((secret: Secret | undefined) => secret?.reveal());
  return JSON.stringify(secrets(a)) === JSON.stringify(secrets(b));
}
