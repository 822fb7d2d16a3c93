import type { Advice, Answer, ServerQuestion } from '../report.ts';

const OF_ANSWERS: Readonly<Partial<Record<Answer, Advice>>> = {
  'repeated effect': {
    why: 'a client that comes again with its key is promised that it happens once.',
    fix: 'claim the key by one atomic write (a unique index) before the effect, and keep it with the result.',
  },
  differs: {
    why: 'the client acts on what the second answer says, and it says something else than the first.',
    fix: 'keep status, telling headers and the bytes of the body as they went out, and send those.',
  },
  stuck: {
    why: 'the client does as told and comes again, and never hears what became of it.',
    fix: 'give each claim a lease that is short and renewed, and say what is known after its end.',
  },
  'silent damage': {
    why: 'the client is told that it is done, and it is not.',
    fix: 'write the key and its effect in one transaction, or the key as done only after the effect.',
  },
  'both failed': {
    why: 'nobody did it, although each of the requests could.',
    fix: 'let the one that has the key go on, and the others wait or be answered with 409.',
  },
  unknown: {
    why: 'the process that had the key is gone, and the server does not know what it did; nothing is done twice.',
    fix: 'write the effect and the end of the key in one transaction, or look whether it happened.',
  },
};

const OF_QUESTIONS: Readonly<Partial<Record<ServerQuestion, Partial<Record<Answer, Advice>>>>> = {
  twice: {
    refused: {
      why: 'the client does not get the answer that it missed, but nothing is done twice.',
      fix: 'keep the answer with the key, and send it again.',
    },
  },
  'other body': {
    'silent damage': {
      why: 'the client is told that the second thing is done, and it was not even read.',
      fix: 'keep a hash of the request with the key, and answer another one with 422.',
    },
    'repeated effect': {
      why: 'one key stands for two things, so a retry of either is answered with the other.',
      fix: 'keep a hash of the request with the key, and answer another one with 422.',
    },
    refused: {
      why: 'clients know only 422 as: this key stood for something else. After 409 they come again.',
      fix: 'answer with 422 and a problem document.',
    },
  },
  'other user': {
    leaked: {
      why: 'keys are made by clients: who knows or guesses one reads the answer of somebody else.',
      fix: 'look keys up by the user as well, as the server knows them.',
    },
  },
  'other path': {
    'silent damage': {
      why: 'the client is told that the second thing is done, and it was the first one.',
      fix: 'look keys up by method and path as well, or answer with 422.',
    },
  },
  'other key': {
    'silent damage': {
      why: 'the same thing wanted twice (two coffees) is not a retry.',
      fix: 'go by the key alone; what is alike may be meant.',
    },
  },
  'no key': {
    refused: {
      why: 'clients know 400 as: a key is missing here.',
      fix: 'answer with 400 and a link to what the server wants.',
    },
    unprotected: {
      why: 'what comes without a key is done each time it comes.',
      fix: 'require the key where that does harm, and answer with 400 where it is missing.',
    },
    'repeated effect': {
      why: 'a key is required here, and what comes without one is done each time it comes.',
      fix: 'answer with 400 where it is missing, before anything is done.',
    },
  },
};

/** Why such a thing does harm, and what helps. */
export function adviceOn(question: ServerQuestion, answer: Answer): Advice | undefined {
  return OF_QUESTIONS[question]?.[answer] ?? OF_ANSWERS[answer];
}
