import { describe, expect, it } from 'vitest';
import { mailVariables } from '../../../../src/check/observers/mail/variables.ts';

describe('a variable of the caller', () => {
  it.each([
    ['SMTP_HOST', 'mail.example.org', '127.0.0.1'],
    ['MAIL_SERVER', 'mail.example.org', '127.0.0.1'],
    ['APP_EMAIL_HOST', 'mail.example.org', '127.0.0.1'],
    ['EMAIL_HOST_PASSWORD', 'secret', 'runtwice'],
    ['MAIL_USERNAME', 'me', 'runtwice'],
    ['SMTP_PORT', '587', '587'],
    ['SMTP_PORT', '465', '465'],
    ['SMTP_PORT', '12345', '1025'],
    ['SMTP_URL', 'smtp://mail.example.org', 'smtp://127.0.0.1:1025'],
    [
      'MAILER_DSN',
      'smtp://me:secret@mail.example.org:25?x=1',
      'smtp://runtwice:runtwice@127.0.0.1:25?x=1',
    ],
    ['NOTIFY', 'smtps://mail.example.org', 'smtps://127.0.0.1:465'],
  ])('leads to the check: %s=%s', (name, value, led) => {
    expect(mailVariables({ [name]: value }, [])).toEqual({ [name]: led });
  });

  it.each([
    ['DATABASE_HOST', 'db.example.org'],
    ['MAIL', 'box'],
    ['MAIL_URL', 'https://api.example.org'],
    ['SMTP_TOKEN', 'secret'],
    ['GMAILISH_HOST', 'x'],
  ])('stays what it is: %s=%s', (name, value) => {
    expect(mailVariables({ [name]: value }, [])).toEqual({});
  });

  it('leads to the check where it is named, set or not', () => {
    expect(
      mailVariables({ RELAY: 'mail.example.org' }, ['RELAY', 'POST_URL', 'POST_PORT']),
    ).toEqual({
      RELAY: '127.0.0.1',
      POST_URL: 'smtp://127.0.0.1:1025',
      POST_PORT: '1025',
    });
  });
});
