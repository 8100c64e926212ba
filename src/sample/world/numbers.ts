/** The last digit of an SSCC: weights 3 and 1 from the right, filled up to the next ten (GS1 General Specifications §7.9). */
export function gs1CheckDigit(digits: string): number {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10;
}

/** The ninth digit of a postal item's number (UPU standard S10). */
export function s10CheckDigit(serial: string): number {
  const weights = [8, 6, 4, 2, 3, 5, 9, 7];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(serial.charAt(place)), 0);
  const rest = 11 - (sum % 11);
  if (rest === 10) return 0;
  return rest === 11 ? 5 : rest;
}

/** The last digit of a number that begins with `1Z`: letters count from A = 2 on, every second place counts twice. */
export function upsCheckDigit(body: string): number {
  const sum = Array.from(body).reduce((total, sign, place) => {
    const value = /\d/.test(sign) ? Number(sign) : (sign.charCodeAt(0) - 63) % 10;
    return total + value * (place % 2 === 0 ? 1 : 2);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

const digits = (value: number, length: number) => `${value}`.padStart(length, '0').slice(-length);

/** How UPS and the parts of DHL number their parcels. Every number is invented; `9999` or `0X0X0X` stands where a shipper's own digits would. */
const forms: Readonly<Record<string, (serial: number) => string>> = {
  'parcel-de': (serial) => {
    const body = `3404349999${digits(serial, 7)}`;
    return serial % 4 === 0 ? `JJD000399${digits(serial, 12)}` : `00${body}${gs1CheckDigit(body)}`;
  },
  'parcel-nl': (serial) => `JVGL0699990000${digits(serial, 10)}`,
  'ecommerce-europe': (serial) => `JJD149999${digits(serial, 12)}`,
  'ecommerce-ppl': (serial) => `8${digits(serial, 10)}`,
  'parcel-pl': (serial) => `3${digits(serial, 10)}`,
  express: (serial) => `${digits(serial + 990_000_000, 9)}${(serial + 990_000_000) % 7}`,
  svb: (serial) => `RX${digits(serial, 8)}${s10CheckDigit(digits(serial, 8))}DE`,
  'UPS Standard': (serial) => {
    const body = `0X0X0X68${digits(serial, 7)}`;
    return `1Z${body}${upsCheckDigit(body)}`;
  },
};

/** A number of this part's form, different for each place in the world. */
export function trackingNumber(service: string, place: number): string {
  const form = forms[service];
  if (form === undefined) throw new Error(`no form of numbers is known for ${service}`);
  return form(((place + 1) * 79_193) % 1_000_000);
}
