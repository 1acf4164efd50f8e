/** AWS's clock, by the Date of its answers: what CloudWatch counts is of that one, and this machine's may be minutes off. */

interface Client {
  readonly config: {
    readonly requestHandler: {
      handle(request: never, options?: never): Promise<{ readonly response: Answer }>;
    };
  };
}

interface Answer {
  readonly headers: Readonly<Record<string, string>>;
}

export class AwsClock {
  readonly #local: () => Date;
  #aheadMs = 0;

  /** @param local This machine's: it counts from one answer to the next. */
  constructor(local: () => Date) {
    this.#local = local;
  }

  /** The same client, every answer of which sets the clock; a refusal does as well. */
  setBy<Kind extends Client>(client: Kind): Kind {
    const { requestHandler } = client.config;
    const handle = requestHandler.handle.bind(requestHandler);
    requestHandler.handle = async (request, options) => {
      const answered = await handle(request, options);
      const dateMs = Date.parse(answered.response.headers.date ?? '');
      if (!Number.isNaN(dateMs)) this.#aheadMs = dateMs - this.#local().getTime();
      return answered;
    };
    return client;
  }

  /** By the newest answer: behind AWS's by as long as it took and the second that Date is cut to, never ahead. Before the first one, this machine's. */
  now(): Date {
    return new Date(this.#local().getTime() + this.#aheadMs);
  }
}
