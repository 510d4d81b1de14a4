// Where Debian's daemons are: an ordinary user's PATH leaves /usr/sbin out (mosquitto, pcscd, ippeveprinter).

/** PATH for a child that starts one of them. */
export const debianPath = (): string => `${process.env.PATH}:/usr/sbin:/sbin`;
