/** A client of the AWS SDK whose requests end: with a signal, which `send` takes only one by one, and where a server goes silent. */

interface Client {
  send(command: never, ...rest: never[]): Promise<unknown>;
  readonly config: {
    readonly requestHandler: {
      handle(request: never, options?: never): Promise<unknown>;
      updateHttpClientConfig?(key: never, value: never): void;
    };
  };
}

/** The SDK itself waits for ever, for an answer and for the rest of a body. */
const longestSilenceMs = 60_000;

/**
 * The same client. Once the signal is aborted every request rejects, those under way too, and those that wait for credentials still; one
 * that brings nothing for so long fails with a TimeoutError, and the SDK tries it again as it does what is cut. A body that goes silent
 * fails as a stream does.
 */
export function stoppable<Kind extends Client>(client: Kind, signal: AbortSignal, silenceMs = longestSilenceMs): Kind {
  const { requestHandler } = client.config;
  requestHandler.updateHttpClientConfig?.('socketTimeout' as never, silenceMs as never);
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request, options?: object) => handle(request, { ...options, abortSignal: signal } as never);
  const send = client.send.bind(client);
  client.send = (command, ...rest) => unlessAborted(signal, send(command, ...rest));
  return client;
}

/** What `work` comes to. Once the signal is aborted it rejects with its reason, an AbortError; the work goes on, and nobody hears of it. */
export async function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  let stop = () => {};
  const over = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
