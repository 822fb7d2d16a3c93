import { EffectPort } from '../effects.ts';
import { callText } from '../ports.ts';
import { proxyOf } from './proxy.ts';

/** The part of a transporter of nodemailer that is used. */
export interface MailTransporter {
  sendMail(mail: never): Promise<unknown>;
}

/**
 * The port for a transporter of nodemailer. A mail to the same with the same subject that is sent again is a
 * repeated effect, and one that is never sent is damage, whatever `observe` gives.
 *
 * Run twice: it only wraps, so the second port does the same.
 */
export function mailPort<T extends MailTransporter>(transporter: T): EffectPort<T> {
  return new EffectPort((run) =>
    proxyOf(transporter, (name, method) => {
      if (name !== 'sendMail') return undefined;
      return (mail: { to?: unknown; subject?: unknown }) =>
        run.effect({ text: callText(name, [mail.to, mail.subject]), once: true }, () =>
          method(mail),
        );
    }),
  );
}
