import { crc32, deflateRawSync } from 'node:zlib';

export type ZipFile = { readonly name: string; readonly text: string };

/** What one archive of this kind can hold (APPNOTE 4.4.1.4: without ZIP64). */
const filesMax = 65_534;
const bytesMax = 0xff_ff_ff_00;

const version = 20;
const namesAreUtf8 = 0x0800;
const deflated = 8;

/**
 * A ZIP archive (PKWARE APPNOTE 6.3.10, §4.3) of texts, deflated; the same texts at the same time make the same bytes.
 * Names are used as they are: whoever gives them sees to it that no two are alike and none leads elsewhere.
 * @throws when it is more than an archive without ZIP64 holds: a limit of the caller's was forgotten
 */
export function zip(files: readonly ZipFile[], at: Temporal.Instant): Buffer {
  if (files.length > filesMax) throw new Error('too many files for one archive');
  const stamp = dosTime(at);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const plain = Buffer.from(file.text);
    const packed = deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(version, 0);
    common.writeUInt16LE(namesAreUtf8, 2);
    common.writeUInt16LE(deflated, 4);
    common.writeUInt32LE(stamp, 6);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\u0001\u0002'), made, common, place, name);
    parts.push(Buffer.from('PK\u0003\u0004'), common, name, packed);
    offset += 4 + common.length + name.length + packed.length;
    if (offset > bytesMax) throw new Error('too many bytes for one archive');
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...parts, listed, endOf(files.length, listed.length, offset)]);
}

/** Made by version 2.0 on a file system without rights of its own. */
const made = Buffer.from([version, 0]);

function endOf(count: number, directoryBytes: number, directoryAt: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryAt, 16);
  return end;
}

/** Time and date as MS-DOS writes them (APPNOTE 4.4.6), in UTC; its calendar begins with 1980. */
function dosTime(at: Temporal.Instant): number {
  const { year, month, day, hour, minute, second } = at.toZonedDateTimeISO('UTC');
  const date = (Math.max(0, year - 1980) << 9) | (month << 5) | day;
  const time = (hour << 11) | (minute << 5) | (second >> 1);
  return ((date << 16) | time) >>> 0;
}
