const inName = /[\p{L}\p{N}-]/u;

/** Whether a text names this host by itself or behind `www.`, and not another one that ends or begins like it. */
export function namesHost(text: string, host: string): boolean {
  return placesOf(text.toLowerCase(), host.toLowerCase()).some(() => true);
}

/** Whether markup leads to this host: `https://shop.example` as the beginning of an address. */
export function leadsTo(markup: string, host: string): boolean {
  const low = host.toLowerCase();
  return placesOf(markup, low).some((at) => {
    const before = markup.slice(Math.max(0, at - 7), at);
    return before.endsWith('://') || before.endsWith('://www.');
  });
}

/** Whether a text says these words, whole. */
export function says(text: string, words: string): boolean {
  const [low, wanted] = [text.toLowerCase(), words.trim().toLowerCase()];
  if (wanted === '') return false;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + 1)) {
    if (!isLetter(low[at - 1]) && !isLetter(low[at + wanted.length])) return true;
  }
  return false;
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

const placesMax = 1_000;

function placesOf(text: string, host: string): readonly number[] {
  const found: number[] = [];
  if (host === '') return found;
  for (let at = text.indexOf(host), looked = 0; at >= 0 && looked < placesMax; looked += 1) {
    if (isWhole(text, at, host.length)) found.push(at);
    at = text.indexOf(host, at + 1);
  }
  return found;
}

function isWhole(text: string, at: number, length: number): boolean {
  return beginsThere(text, at) && endsThere(text, at + length);
}

function beginsThere(text: string, at: number): boolean {
  const before = text[at - 1] ?? ' ';
  if (before !== '.') return !inName.test(before) && before !== '@';
  return text.slice(at - 4, at) === 'www.' && !inName.test(text[at - 5] ?? ' ');
}

function endsThere(text: string, at: number): boolean {
  const after = text[at] ?? ' ';
  return after === '.' ? !inName.test(text[at + 1] ?? ' ') : !inName.test(after);
}
