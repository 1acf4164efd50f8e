/** An argument or option that is empty text: what a shell makes of a variable that is not set. As a path it would be the working directory. */
import type { Command } from 'commander';
import { SluiceError } from '../provision/core/errors';

/** @throws SluiceError of kind `config` that names it. */
export function refuseEmpty(command: Command): void {
  const argument = command.registeredArguments.find((_, index) => isEmpty(command.processedArgs[index]));
  if (argument !== undefined) throw empty(`<${argument.name()}>`);
  const option = command.options.find((each) => isEmpty(command.getOptionValue(each.attributeName())));
  if (option !== undefined) throw empty(option.long ?? option.flags);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.includes('') : value === '';
}

function empty(what: string): SluiceError {
  return new SluiceError(`${what} is empty`, {
    code: 'EMPTY_ARGUMENT',
    kind: 'config',
    hint: 'give it a value; where it comes from a variable of the shell, that is not set',
  });
}
