// Mails of real clients: nobody but the catcher gets them.
import { describe, expect, it } from 'vitest';
import { answersOf, canCheck, check, isInstalled } from '../support/check.ts';
import { cli, folder } from '../support/cli.ts';

/** What differs by itself: the date, the boundary and the Message-ID. */
const SEND = `import smtplib, sys
from email.message import EmailMessage
from email.utils import make_msgid
mail = EmailMessage()
mail['From'], mail['To'], mail['Subject'] = 'shop@example.org', 'ann@example.org', 'Über 5 €'
mail['Message-ID'] = '<order-5@example.org>' if 'fixed' in sys.argv else make_msgid()
mail.set_content('Paid.\\n.\\n' * (4_000 if 'large' in sys.argv else 1))
mail.add_alternative('<b>Paid.</b>', subtype='html')
with smtplib.SMTP('localhost', 25) as server: server.send_message(mail)
`;
const WHAT = 'mail to ann@example.org: "Über 5 €"';

interface Case {
  readonly line: string;
  readonly verdict: string;
  readonly twice: string;
  readonly together: string;
  readonly interrupted: string;
}

const CASES: Record<string, Case> = {
  'a mail': {
    line: 'python3 send.py',
    verdict: 'not safe',
    twice: 'repeated effect',
    together: 'same',
    interrupted: 'repeated effect',
  },
  'a mail, and then a file that says so: sent twice when killed between': {
    line: '[ -e done ] || { python3 send.py && touch done; }',
    verdict: 'not safe',
    twice: 'nothing to do',
    together: 'differs',
    interrupted: 'repeated effect',
  },
  'a folder that only one can make, and then a mail: never sent when killed between': {
    line: 'mkdir done 2>&1 || exit 0; python3 send.py',
    verdict: 'not safe',
    twice: 'nothing to do',
    together: 'same',
    interrupted: 'silent damage',
  },
  'no mail': {
    line: 'python3 -c "import smtplib; smtplib.SMTP(\'localhost\').quit()"',
    verdict: 'safe',
    twice: 'nothing to do',
    together: 'same',
    interrupted: 'recovers',
  },
};

const isPythonThere = isInstalled('python3');

describe.runIf(canCheck('mails of checked commands') && isPythonThere)('a check of', () => {
  for (const [name, { line, ...wanted }] of Object.entries(CASES)) {
    it(name, { timeout: 120_000 }, async () => {
      const report = await check(['sh', '-c', line], { 'send.py': SEND });
      const answers = { ...answersOf(report), verdict: report.verdict };
      expect(answers, JSON.stringify(report)).toEqual(wanted);
      expect(report.unobserved).toEqual([]);
    });
  }

  it('a mail says to whom, and what about', { timeout: 60_000 }, async () => {
    const said = await saidOf(['python3', 'send.py'], { 'send.py': SEND });
    expect(said).toBe(`2 times ${WHAT}, 1 in a clean run`);
  });

  it('a mail with the same Message-ID is repeated all the same', { timeout: 60_000 }, async () => {
    const said = await saidOf(['python3', 'send.py', 'fixed'], { 'send.py': SEND });
    expect(said).toContain('each with the same Message-ID');
  });

  it('a large mail counts when its sender is killed at its end', { timeout: 60_000 }, async () => {
    const send = ['python3', 'send.py', 'large'];
    // EHLO, MAIL, RCPT, DATA, the mail, QUIT.
    const report = await check(send, { 'send.py': SEND }, ['--kill-after', 'send tcp *:25 #5']);
    expect(report.scenarios[0]?.findings[0]?.paths).toEqual([`2 times ${WHAT}, 1 in a clean run`]);
    const before = await check(send, { 'send.py': SEND }, ['--kill-before', 'send tcp *:25 #5']);
    expect(answersOf(before)).toEqual({ interrupted: 'recovers' });
  });

  it('a mail that is another one after a kill', { timeout: 60_000 }, async () => {
    const line = `t=Paid; [ -e tried ] && t=Failed; touch tried; [ -e done ] && exit; sed "s/Paid/$t/" send.py | python3; touch done`;
    const report = await check(['sh', '-c', line], { 'send.py': SEND }, [
      '--kill-after',
      'create tried',
    ]);
    expect(answersOf(report)).toEqual({ interrupted: 'silent damage' });
    expect(JSON.stringify(report)).toContain('holds something else than in a clean run');
  });

  it('a mail whose subject is another each time', { timeout: 60_000 }, async () => {
    const line = `[ -e done ] && exit; sed "s/Über/$(cat /proc/sys/kernel/random/uuid)/" send.py | python3; touch done`;
    const report = await check(['sh', '-c', line], { 'send.py': SEND }, [
      '--kill-before',
      'send tcp *:25 #1',
    ]);
    expect(answersOf(report), JSON.stringify(report)).toEqual({ interrupted: 'recovers' });
  });

  it('what is no mail, at the port of mails, is never safe', async () => {
    const line = `import socket; socket.create_connection(('127.0.0.1', 2525)).sendall(b'GET / HTTP/1.1\\r\\n\\r\\n')`;
    const report = await check(['python3', '-c', line], {}, ['--only', 'twice']);
    expect(report.verdict).toBe('inconclusive');
    expect(report.unobserved.join()).toContain('it is no mail');
  });

  it('a mail to a server with a name of its own is never safe', async () => {
    const line = `import smtplib\ntry: smtplib.SMTP('192.0.2.1', 25, timeout=1)\nexcept OSError: pass`;
    const report = await check(['python3', '-c', line], {}, ['--only', 'twice']);
    expect(report.verdict).toBe('inconclusive');
    expect(report.unobserved.join()).toContain('tcp 192.0.2.1:25');
  });
});

/** What it says of a second run. */
async function saidOf(
  command: readonly string[],
  files: Record<string, string> = {},
): Promise<string | undefined> {
  const report = await check(command, files, ['--only', 'twice']);
  expect(answersOf(report), JSON.stringify(report)).toEqual({ twice: 'repeated effect' });
  return report.scenarios[0]?.findings[0]?.paths[0];
}

const NODEMAILER = `import { createTransport } from 'nodemailer';
const { SMTP_HOST: host, SMTP_PORT: port, SMTP_USER: user, SMTP_PASSWORD: pass } = process.env;
const server = createTransport({ host, port, secure: port === '465', auth: { user, pass } });
await server.sendMail({ from: 'a@example.org', to: 'b@example.org, c@example.org', subject: 'Hi', text: 'Hi' });
server.close();
`;

describe.runIf(canCheck('mails of other clients'))('a mail by', () => {
  it.each(['465', '587', '12345'])(
    'nodemailer, encrypted, with a login, for port %s',
    {
      timeout: 60_000,
    },
    async (port) => {
      const at = import.meta.resolve('nodemailer');
      const cwd = folder({ 'send.mjs': NODEMAILER.replace("'nodemailer'", JSON.stringify(at)) });
      const root = new URL('../..', import.meta.url).pathname;
      const env = {
        SMTP_HOST: 'smtp.example.org',
        SMTP_PORT: port,
        SMTP_USER: 'me',
        SMTP_PASSWORD: 'secret',
      };
      const flags = ['check', '--only', 'twice', '--json', '--visible', root];
      const { stdout } = await cli([...flags, '--', process.execPath, 'send.mjs'], { cwd, env });
      const report = JSON.parse(stdout);
      expect(report.scenarios[0].findings[0]?.paths, stdout).toEqual([
        '2 times mail to b@example.org: "Hi", 1 in a clean run',
        '2 times mail to c@example.org: "Hi", 1 in a clean run',
      ]);
      expect(report.notes.join()).toContain('SMTP_HOST, SMTP_PASSWORD, SMTP_PORT, SMTP_USER');
      expect(report.withheld).not.toContain('SMTP_HOST');
      expect(report.verdict).toBe('not safe');
    },
  );

  it.runIf(isInstalled('curl'))('curl, also by way of the proxy', { timeout: 60_000 }, async () => {
    const args = '-sS --mail-from a@example.org --mail-rcpt b@example.org -T mail.txt';
    const files = { 'mail.txt': 'Subject: Hi\r\n\r\nHi\r\n' };
    for (const line of [
      `curl --noproxy '*' ${args} smtp://localhost:1025`,
      `curl ${args} smtp://mail.example.org`,
      `curl ${args} smtps://mail.example.org`,
      `curl ${args} --ssl-reqd smtp://mail.example.org:587`,
    ]) {
      expect(await saidOf(['sh', '-c', line], files)).toContain(
        '2 times mail to b@example.org: "Hi"',
      );
    }
  });

  it('a program that reads a variable of its own', { timeout: 60_000 }, async () => {
    const line = `import os, smtplib, urllib.parse
url = urllib.parse.urlsplit(os.environ['OUR_POST_URL'])
with smtplib.SMTP(url.hostname, url.port) as server: server.sendmail('a@example.org', ['b@example.org'], 'x')`;
    const report = await check(['python3', '-c', line], {}, [
      '--only',
      'twice',
      '--mail',
      'OUR_POST_URL',
    ]);
    expect(answersOf(report), JSON.stringify(report)).toEqual({ twice: 'repeated effect' });
  });
});
