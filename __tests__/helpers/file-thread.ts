/** What a thread that writes files does, on this thread: with a file system and a clock of the test's. */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { FileThread } from '../../provision/pull/staging/file-thread';
import type { Answer, Order } from '../../provision/pull/staging/file-thread-orders';
import { threadParts, threadProgram } from '../../provision/pull/staging/file-thread-program';

interface Modules {
  readonly fs?: Partial<typeof fs>;
  readonly now?: () => number;
}

/** Answers one order. */
export function programOn(modules: Modules): (order: Order) => Answer {
  const answers: Answer[] = [];
  let obey: (order: Order) => void = () => undefined;
  const port = {
    on: (event: string, listener: typeof obey) => {
      if (event === 'message') obey = listener;
    },
    postMessage: (answer: Answer) => answers.push(answer),
  };
  const now = modules.now ?? (() => 0);
  threadProgram({ port: port as unknown as MessagePort, fs: { ...fs, ...modules.fs }, crypto, now }, threadParts);
  return (order) => {
    obey(order);
    return answers.pop() as Answer;
  };
}

/** As `programOn`, in a thread's place. */
export function threadOn(modules: Modules): Pick<FileThread, 'load' | 'ask' | 'show' | 'close'> {
  const obey = programOn(modules);
  return {
    load: 0,
    ask: (order) => Promise.resolve(obey(order)),
    show: ({ number, memory }) => void obey({ kind: 'learn', block: number, memory }),
    close: () => Promise.resolve(),
  };
}
