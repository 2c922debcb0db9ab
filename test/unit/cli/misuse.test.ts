import { describe, expect, it } from 'vitest';
import { runAya } from '../../support/aya.ts';

describe('a command line that is wrong ends with 2, says what is wrong with it, and where to read on', () => {
  it.each([
    ['--socket X nonsense', '--socket: options stand behind a command, as in aya status --config FILE'],
    ['nonsense', 'there is no command nonsense'],
    ['stauts', 'there is no command stauts: is it status?'],
    ['relaod --socket X', 'there is no command relaod: is it reload?'],
  ])('aya %s', async (line, said) => {
    const { code, out, err } = await runAya(...line.split(' '));
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: `aya: ${said}\nTry: aya --help, aya COMMAND --help\n`,
    });
  });

  it.each([
    ['status --sokcet X', 'status: there is no option --sokcet: is it --socket?'],
    ['explain www.example.com --form DE', 'explain: there is no option --form: is it --from?'],
    ['reload -x', 'reload: there is no option -x'],
    ['reload --config', "reload: Option '-c, --config <value>' argument missing"],
    ['reload --config --socket X', "reload: Option '--config' argument is ambiguous"],
    ['reload --override=yes', "reload: Option '--override' does not take an argument"],
    ['agent west', "agent: Unexpected argument 'west'"],
    ['serve', 'serve: takes one configuration: aya serve --config FILE'],
  ])('aya %s', async (line, said) => {
    const { code, out, err } = await runAya(...line.split(' '));
    const [command] = line.split(' ');
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: `aya: ${said}\nTry: aya ${command} --help\n` });
  });
});
