import type { Fault } from '../collect.ts';

/** A store in which two ids are one if this makes them the same. */
function folding(fold: (id: string) => string): Fault {
  return (sound) => ({
    claim: (request) => sound.claim({ ...request, id: fold(request.id) }),
    renew: (requests) => sound.renew(requests.map((one) => ({ ...one, id: fold(one.id) }))),
    update: (request) => sound.update({ ...request, id: fold(request.id) }),
    read: (id) => sound.read(fold(id)),
    remove: (id, owner) => sound.remove(fold(id), owner),
  });
}

/** The part of an id that is the case's own: prefixes stay as they are. */
function own(fold: (name: string) => string): Fault {
  return folding((id) => {
    const start = id.lastIndexOf('/', id.indexOf('/') + 4) + 1;
    return id.slice(0, start) + fold(id.slice(start));
  });
}

function cutBytes(bytes: number): Fault {
  return folding((id) => Buffer.from(id).subarray(0, bytes).toString('latin1'));
}

const numeric = (name: string): string => (Number.isNaN(Number(name)) ? name : `${Number(name)}`);

export const ID_FAULTS: Readonly<Record<string, Fault>> = {
  'ignores case': folding((id) => id.toLowerCase()),
  'ignores accents': folding((id) => id.normalize('NFD').replace(/\p{Mn}/gu, '')),
  'ignores the Unicode form': folding((id) => id.normalize('NFC')),
  'ignores compatible characters': folding((id) => id.normalize('NFKC')),
  'ignores trailing spaces': folding((id) => id.trimEnd()),
  'ignores trailing spaces as SQL does': folding((id) => id.replace(/ +$/, '')),
  'ends at U+0000': folding((id) => id.split('\0')[0] ?? ''),
  'drops control characters': folding((id) => id.replace(/\p{Cc}/gu, '')),
  'drops invisible characters': folding((id) =>
    id.replace(/(?:\u200b|\u200d|\ufeff|\u00ad|\ufe0f)/g, ''),
  ),
  'has 16 bits a character': folding((id) => id.replace(/[\u{10000}-\u{10ffff}]/gu, '?')),
  'counts 255 bytes': cutBytes(255),
  'counts 255 characters': folding((id) => Array.from(id).slice(0, 240).join('')),
  'counts 511 bytes': cutBytes(511),
  'takes no id of 512 bytes': folding((id) => {
    if (Buffer.byteLength(id) > 511) throw new Error('too long');
    return id;
  }),
  'takes texts for numbers': own(numeric),
  'takes % for any text': (sound) => ({
    async read(id) {
      const { records } = await sound.list({ prefix: id.replace(/[%_*?].*/s, ''), limit: 1 });
      return sound.read(records[0]?.id ?? id);
    },
  }),
  'drops punctuation': folding((id) => id.replace(/[\\'"[\]{}:.;#$-]/g, '')),
  'has one record for all that begin alike': (sound) => ({
    async claim(request) {
      const { records } = await sound.list({ prefix: request.id.slice(0, -1), limit: 1 });
      return sound.claim({ ...request, id: records[0]?.id ?? request.id });
    },
  }),
  'knows names of the language': folding((id) => id.replace(/__proto__|constructor/, 'toString')),
  'loses names of the language': (sound) => ({
    read: async (id) => (id in {} ? undefined : sound.read(id)),
  }),
  'lists ids in another form': (sound) => ({
    async list(query) {
      const { records, now } = await sound.list(query);
      return { records: records.map((one) => ({ ...one, id: one.id.normalize('NFC') })), now };
    },
  }),
};
