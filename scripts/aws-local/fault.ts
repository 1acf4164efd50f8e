/** An error of an AWS API, as the AWS JSON 1.1 protocol carries it: HTTP 400, `__type` and `message`. */
export class AwsFault<Type extends string = string> extends Error {
  override readonly name: string = 'AwsFault';

  constructor(
    readonly type: Type,
    message: string,
  ) {
    super(message);
  }
}
