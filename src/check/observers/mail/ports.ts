/** Where mail servers listen: there, inside, is that of the check. */
export const MAIL_PORTS = [25, 465, 587, 1025, 2525] as const;

/** There the connection is encrypted from its beginning. */
export const ENCRYPTED_PORT = 465;

/** All that is this machine, as the command may write it. */
const HERE = ['127.0.0.1', '127.0.1.1', '[::1]', '[::ffff:127.0.0.1]'];

/** Their addresses, as the helper tells them. Those of udp are tried by getaddrinfo, and nothing is sent. */
export const MAIL: ReadonlySet<string> = new Set(
  MAIL_PORTS.flatMap((port) =>
    HERE.flatMap((host) => [`tcp ${host}:${port}`, `udp ${host}:${port}`]),
  ),
);
