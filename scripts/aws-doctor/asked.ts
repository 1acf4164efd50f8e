/** Questions to AWS, each asked once, however many checks want the answer. */
import { awsFailure } from '../aws/failure';

export class Asked {
  readonly #answers = new Map<string, Promise<unknown>>();

  /**
   * @param action As an IAM policy names it, for the message where it is denied.
   * @throws SluiceError, by rejecting.
   */
  once<Answer>(action: string, subject: string, ask: () => Promise<Answer>): Promise<Answer> {
    const key = `${action} ${subject}`;
    const asked = this.#answers.get(key);
    if (asked !== undefined) return asked as Promise<Answer>;
    const answer = ask().catch((error: unknown) => {
      throw awsFailure(error, action);
    });
    this.#answers.set(key, answer);
    return answer;
  }
}

/** For an error that is an answer: AWS says "not found" where there is nothing. */
export function absent<Answer>(errorName: string, answer: Answer): (error: unknown) => Answer {
  return (error) => {
    if ((error as { readonly name?: string }).name === errorName) return answer;
    throw error;
  };
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Whether the tags are those that the stack of a migration gives all of its resources. */
export function isOf(migration: string, tags: readonly Tag[] = []): boolean {
  const has = (key: string, value: string) => tags.some((tag) => tag.Key === key && tag.Value === value);
  return has('project', 'sluice') && has('migration', migration);
}
