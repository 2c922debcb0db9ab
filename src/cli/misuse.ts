import { nearestSpelling } from '../util/spelling.ts';
import type { Output } from './output.ts';

/**
 * Says what is wrong with a command line, and where to read on. Gives the exit code.
 * @param command whose help says more; undefined: that of all.
 */
export function misuse(io: Output, what: string, command?: string): 2 {
  io.err(`aya: ${command === undefined ? '' : `${command}: `}${what}`);
  io.err(command === undefined ? 'Try: aya --help, aya COMMAND --help' : `Try: aya ${command} --help`);
  return 2;
}

/** What is wrong with the first word, which is no command. */
export function noCommand(word: string, commands: readonly string[]): string {
  if (word.startsWith('-')) return `${word}: options stand behind a command, as in aya status --config FILE`;
  const nearest = nearestSpelling(word, commands);
  return `there is no command ${word}${nearest === undefined ? '' : `: is it ${nearest}?`}`;
}

/**
 * What is wrong with a command's options, in words, of an error that parseArgs threw; undefined: that is none of these.
 */
export function optionFault(error: unknown, usage: string): string | undefined {
  if (!(error instanceof TypeError && 'code' in error)) return undefined;
  const [line] = error.message.split('\n');
  switch (error.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return unknownOption(line, usage);
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      // The first sentence; what follows is for whoever writes a program with parseArgs.
      return line.replace(/\. .*$/, '').replace(/\.$/, '');
    default:
      return undefined;
  }
}

function unknownOption(message: string, usage: string): string {
  const option = /^Unknown option '([^']*)'/.exec(message)?.[1] ?? '';
  const options = [...new Set(usage.match(/--[a-z-]+/g))];
  const nearest = option.startsWith('--') ? nearestSpelling(option, options) : undefined;
  return `there is no option ${option}${nearest === undefined ? '' : `: is it ${nearest}?`}`;
}
