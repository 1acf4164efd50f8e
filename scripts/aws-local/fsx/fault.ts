/** An error of the FSx API, as the AWS JSON 1.1 protocol carries it: HTTP 400, `__type` and `message`. */

/** Error shapes of the FSx API reference that the emulator raises. */
export type FaultType =
  | 'BadRequest'
  | 'DataRepositoryAssociationNotFound'
  | 'FileSystemNotFound'
  | 'InvalidNetworkSettings'
  | 'ResourceNotFound'
  | 'ServiceLimitExceeded'
  | 'UnknownOperationException';

export class FsxFault extends Error {
  override readonly name = 'FsxFault';

  constructor(
    readonly type: FaultType,
    message: string,
  ) {
    super(message);
  }
}

/** @throws FsxFault BadRequest unless the rule holds. */
export function demand(held: boolean, message: string): asserts held {
  if (!held) throw new FsxFault('BadRequest', message);
}
