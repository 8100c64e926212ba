/** Fields by name in lower case; of a field that stands there twice, the first. */
export type FieldGroup = ReadonlyMap<string, string>;

const linesMax = 5_000;
const valueMax = 2_000;

/** Groups of `Name: value` lines with empty lines between them, folded lines joined. Total. */
export function fieldGroups(text: string): readonly FieldGroup[] {
  const groups = [new Map<string, string>()];
  for (const line of unfolded(text.split(/\r\n|\r|\n/u, linesMax))) {
    const group = groups.at(-1);
    const [, name, value = ''] = /^([!-9;-~]{1,76}):(.*)$/su.exec(line) ?? [];
    if (line === '') groups.push(new Map());
    else if (name !== undefined && group?.has(name.toLowerCase()) === false) {
      group.set(name.toLowerCase(), value.trim().slice(0, valueMax));
    }
  }
  return groups.filter((group) => group.size > 0);
}

/** A line that begins with a space goes on where the one before ended. */
function unfolded(lines: readonly string[]): readonly string[] {
  const whole: string[] = [];
  for (const line of lines) {
    const before = whole.at(-1) ?? '';
    if (line.trim() === '') whole.push('');
    else if (/^[\t ]/u.test(line) && before !== '') whole.splice(-1, 1, `${before} ${line.trim()}`.slice(0, valueMax));
    else whole.push(line);
  }
  return whole;
}
