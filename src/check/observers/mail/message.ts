import { createHash } from 'node:crypto';
import { PostalMime } from '../../../vendor/postal-mime.ts';
import type { Sent } from '../sent/sent.ts';

/** A mail to each of those who get it. Dates, identifiers and boundaries are no part of its content. */
export async function mailsBy(message: Buffer, recipients: readonly string[]): Promise<Sent[]> {
  const { subject, messageId, content } = await readMessage(message);
  return recipients.map((recipient) => ({
    names: [`mail to ${recipient}: ${JSON.stringify(subject)}`, `mail to ${recipient}`, 'mail'],
    content,
    mark: { name: 'Message-ID', value: messageId, isHeeded: false },
  }));
}

interface Message {
  readonly subject: string;
  readonly messageId: string | undefined;
  /** A hash. */
  readonly content: string;
}

async function readMessage(message: Buffer): Promise<Message> {
  try {
    const { subject = '', messageId, text, html, attachments } = await PostalMime.parse(message);
    const hash = createHash('sha256').update(`${text}\0${html}\0`);
    for (const { filename, mimeType, content } of attachments) {
      hash.update(`${filename}\0${mimeType}\0`);
      hash.update(typeof content === 'string' ? content : new Uint8Array(content));
    }
    return { subject, messageId, content: hash.digest('hex') };
  } catch {
    // What is no message by the rules was sent all the same.
    const content = createHash('sha256').update(message).digest('hex');
    return { subject: '', messageId: undefined, content };
  }
}
