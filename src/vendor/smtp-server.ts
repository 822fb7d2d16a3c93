export { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
export { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
