import type { Fault } from '../collect.ts';

/** A store that records other texts than it is given. */
function changing(change: (text: string) => string): Fault {
  return (sound) => ({
    claim: (request) =>
      sound.claim({
        ...request,
        owner: change(request.owner),
        fingerprint: change(request.fingerprint),
        takeover: request.takeover && {
          ...request.takeover,
          owner: change(request.takeover.owner),
        },
      }),
    update: ({ progress, result, ...request }) =>
      sound.update({
        ...request,
        owner: change(request.owner),
        progress: progress === undefined ? progress : change(progress),
        result: result && { codec: change(result.codec), text: change(result.text) },
      }),
  });
}

export const TEXT_FAULTS: Readonly<Record<string, Fault>> = {
  'holds 64 KB of a text': changing((text) => text.slice(0, 65_535)),
  'holds 128 KB of a text': changing((text) => text.slice(0, 131_071)),
  'holds 64 KB bytes of a text': changing((text) =>
    Buffer.from(text).subarray(0, 65_535).toString(),
  ),
  'takes an empty text for none': (sound) => ({
    async read(id) {
      const reply = await sound.read(id);
      if (reply?.record.result?.text !== '') return reply;
      return { ...reply, record: { ...reply.record, result: undefined } };
    },
  }),
  'has 16 bits a character': changing((text) => text.replace(/[\u{10000}-\u{10ffff}]/gu, '?')),
  'composes characters': changing((text) => text.normalize('NFC')),
  'ends at U+0000': changing((text) => text.split('\0')[0] ?? ''),
  'drops control characters': changing((text) => text.replace(/\p{Cc}/gu, '')),
  'ends lines in its own way': changing((text) => text.replace(/\r\n?/g, '\n')),
  trims: changing((text) => text.trim()),
  unquotes: changing((text) => text.replace(/\\|''/g, '')),
  'takes texts for numbers': changing((text) =>
    text.trim() === '' || Number.isNaN(Number(text)) ? text : `${Number(text)}`,
  ),
  'takes texts for nothing': changing((text) => text.replace(/^(null|undefined)$/, '')),
  'ignores case': changing((text) => text.toLowerCase()),
  'knows four codecs': (sound) => ({
    update: ({ result, ...request }) =>
      sound.update({ ...request, result: result && { ...result, codec: 'json' } }),
  }),
};
