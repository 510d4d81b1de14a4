// Finds Debian's daemons (mosquitto, pcscd, ippeveprinter). They are in /usr/sbin, which an ordinary user's PATH lacks.

/** PATH for a process that starts a daemon. */
export const debianPath = (): string => `${process.env.PATH}:/usr/sbin:/sbin`;
