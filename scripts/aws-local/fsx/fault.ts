/** Errors of the FSx API. */
import { AwsFault } from '../fault';

/** Error shapes of the FSx API reference that the emulator raises. */
export type FaultType =
  | 'BadRequest'
  | 'DataRepositoryAssociationNotFound'
  | 'DataRepositoryTaskEnded'
  | 'DataRepositoryTaskExecuting'
  | 'DataRepositoryTaskNotFound'
  | 'FileSystemNotFound'
  | 'InvalidNetworkSettings'
  | 'ResourceNotFound'
  | 'ServiceLimitExceeded'
  | 'UnknownOperationException';

export class FsxFault extends AwsFault<FaultType> {
  override readonly name = 'FsxFault';
}

/** @throws FsxFault BadRequest unless the rule holds. */
export function demand(held: boolean, message: string): asserts held {
  if (!held) throw new FsxFault('BadRequest', message);
}
