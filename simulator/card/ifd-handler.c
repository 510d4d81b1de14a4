/*
 * An IFD handler (API 3.0, pcsc-lite's ifdhandler.h) whose slot is a Unix socket. pcscd loads it like the driver of any
 * reader. The virtual card is at the other end of the socket.
 *
 * The handler opens two connections to the socket DEVICENAME. The first byte of each names its purpose:
 *   'E' events:   the card's side sends '1' (a card is in the slot) or '0' (no card): once at the start, then at each
 *                 change. The handler sends each change back when pcscd has received it.
 *   'C' commands: one byte of operation, two of length (big endian), the bytes; the answer has the same format.
 *                 'U' power up -> 'A' + ATR;  'D' power down -> 'A';  'T' APDU -> 'A' + response.
 *                 'N' instead of 'A': no card answered.
 * A pcscd has one such reader, so the state is static. pcscd calls from its event thread and from its clients' threads:
 * a lock keeps each command and its answer together.
 */
#include <errno.h>
#include <ifdhandler.h>
#include <poll.h>
#include <pthread.h>
#include <reader.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWER_TIMEOUT_S = 30, MAX_PAYLOAD = 65535 };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int commands = -1, events = -1, stopped = -1;
static atomic_int present; /* 1, 0, or -1 when the card's side has closed the connection */
static UCHAR atr[MAX_ATR_SIZE];
static DWORD atrLength;

static int transfer(int fd, void *bytes, size_t length, int sending) {
  char *at = bytes;
  while (length > 0) {
    ssize_t done = sending ? send(fd, at, length, MSG_NOSIGNAL) : recv(fd, at, length, 0);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return -1;
    at += done;
    length -= (size_t)done;
  }
  return 0;
}

static int dial(const char *path, char purpose) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct timeval timeout = {.tv_sec = ANSWER_TIMEOUT_S};
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0 &&
      connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && transfer(fd, &purpose, 1, 1) == 0)
    return fd;
  close(fd);
  return -1;
}

/* Sends one command and receives its answer. The caller holds `turn`. An answer that is too long is read and discarded. */
static RESPONSECODE exchange(char operation, const UCHAR *data, DWORD length, UCHAR *answer, DWORD *answerLength) {
  DWORD room = *answerLength;
  *answerLength = 0;
  if (length > MAX_PAYLOAD) return IFD_COMMUNICATION_ERROR;
  UCHAR head[3] = {(UCHAR)operation, (UCHAR)(length >> 8), (UCHAR)length};
  static UCHAR payload[MAX_PAYLOAD];
  if (transfer(commands, head, sizeof head, 1) || transfer(commands, (void *)data, length, 1) ||
      transfer(commands, head, sizeof head, 0))
    return IFD_NO_SUCH_DEVICE;
  DWORD size = (DWORD)(head[1] << 8 | head[2]);
  if (transfer(commands, payload, size, 0)) return IFD_NO_SUCH_DEVICE;
  RESPONSECODE result = IFD_SUCCESS;
  if (head[0] != 'A')
    result = IFD_COMMUNICATION_ERROR;
  else if (size > room)
    result = IFD_ERROR_INSUFFICIENT_BUFFER;
  else {
    memcpy(answer, payload, size);
    *answerLength = size;
  }
  explicit_bzero(payload, size);
  return result;
}

/* Waits for one change of presence. It reads one byte, so that pcscd sees a card that was inserted and removed. */
static RESPONSECODE pollSlot(DWORD Lun, int timeout) {
  (void)Lun;
  struct pollfd waits[2] = {{.fd = events, .events = POLLIN}, {.fd = stopped, .events = POLLIN}};
  if (poll(waits, 2, timeout) <= 0) return IFD_SUCCESS;
  uint64_t stops;
  if (waits[1].revents && read(stopped, &stops, sizeof stops) < 0) return IFD_COMMUNICATION_ERROR;
  if (!waits[0].revents) return IFD_SUCCESS;
  char now;
  if (transfer(events, &now, 1, 0) || transfer(events, &now, 1, 1)) {
    present = -1;
    return IFD_NO_SUCH_DEVICE;
  }
  present = now == '1';
  return IFD_SUCCESS;
}

static RESPONSECODE stopPolling(DWORD Lun) {
  (void)Lun;
  uint64_t one = 1;
  return write(stopped, &one, sizeof one) == sizeof one ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHCreateChannelByName(DWORD Lun, LPSTR DeviceName) {
  char first;
  events = dial(DeviceName, 'E');
  commands = dial(DeviceName, 'C');
  stopped = eventfd(0, EFD_CLOEXEC);
  if (events < 0 || commands < 0 || stopped < 0 || transfer(events, &first, 1, 0)) {
    IFDHCloseChannel(Lun);
    return IFD_NO_SUCH_DEVICE;
  }
  present = first == '1';
  return IFD_SUCCESS;
}

RESPONSECODE IFDHCreateChannel(DWORD Lun, DWORD Channel) {
  (void)Lun, (void)Channel;
  return IFD_NOT_SUPPORTED; /* DEVICENAME is required */
}

RESPONSECODE IFDHCloseChannel(DWORD Lun) {
  (void)Lun;
  int *all[] = {&events, &commands, &stopped};
  for (int i = 0; i < 3; i++) {
    if (*all[i] >= 0) close(*all[i]);
    *all[i] = -1;
  }
  return IFD_SUCCESS;
}

RESPONSECODE IFDHICCPresence(DWORD Lun) {
  (void)Lun;
  int now = present;
  return now < 0 ? IFD_NO_SUCH_DEVICE : now ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}

RESPONSECODE IFDHPowerICC(DWORD Lun, DWORD Action, PUCHAR Atr, PDWORD AtrLength) {
  (void)Lun;
  *AtrLength = 0;
  if (Action != IFD_POWER_DOWN && Action != IFD_POWER_UP && Action != IFD_RESET) return IFD_NOT_SUPPORTED;
  pthread_mutex_lock(&turn);
  atrLength = Action == IFD_POWER_DOWN ? 0 : sizeof atr;
  RESPONSECODE result = exchange(Action == IFD_POWER_DOWN ? 'D' : 'U', NULL, 0, atr, &atrLength);
  memcpy(Atr, atr, atrLength);
  *AtrLength = atrLength;
  pthread_mutex_unlock(&turn);
  return result == IFD_COMMUNICATION_ERROR ? IFD_ERROR_POWER_ACTION : result;
}

RESPONSECODE IFDHTransmitToICC(DWORD Lun, SCARD_IO_HEADER SendPci, PUCHAR TxBuffer, DWORD TxLength, PUCHAR RxBuffer,
                               PDWORD RxLength, PSCARD_IO_HEADER RecvPci) {
  (void)Lun;
  if (RecvPci) RecvPci->Protocol = SendPci.Protocol;
  pthread_mutex_lock(&turn);
  RESPONSECODE result = exchange('T', TxBuffer, TxLength, RxBuffer, RxLength);
  pthread_mutex_unlock(&turn);
  return result;
}

RESPONSECODE IFDHSetProtocolParameters(DWORD Lun, DWORD Protocol, UCHAR Flags, UCHAR PTS1, UCHAR PTS2, UCHAR PTS3) {
  (void)Lun, (void)Protocol, (void)Flags, (void)PTS1, (void)PTS2, (void)PTS3;
  return IFD_SUCCESS;
}

RESPONSECODE IFDHControl(DWORD Lun, DWORD Code, PUCHAR TxBuffer, DWORD TxLength, PUCHAR RxBuffer, DWORD RxLength,
                         LPDWORD Returned) {
  (void)Lun, (void)Code, (void)TxBuffer, (void)TxLength, (void)RxBuffer, (void)RxLength;
  if (Returned) *Returned = 0;
  return IFD_NOT_SUPPORTED;
}

RESPONSECODE IFDHSetCapabilities(DWORD Lun, DWORD Tag, DWORD Length, PUCHAR Value) {
  (void)Lun, (void)Tag, (void)Length, (void)Value;
  return IFD_ERROR_TAG;
}

static RESPONSECODE copyValue(const void *value, DWORD size, PDWORD Length, PUCHAR Value) {
  if (*Length < size) return IFD_ERROR_INSUFFICIENT_BUFFER;
  memcpy(Value, value, size);
  *Length = size;
  return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD Lun, DWORD Tag, PDWORD Length, PUCHAR Value) {
  (void)Lun;
  const UCHAR one = 1, no = 0;
  RESPONSECODE (*const poller)(DWORD, int) = pollSlot;
  RESPONSECODE (*const stopper)(DWORD) = stopPolling;
  switch (Tag) {
    case TAG_IFD_ATR:
    case SCARD_ATTR_ATR_STRING: return copyValue(atr, atrLength, Length, Value);
    case TAG_IFD_SLOTS_NUMBER:
    case TAG_IFD_SIMULTANEOUS_ACCESS: return copyValue(&one, 1, Length, Value);
    case TAG_IFD_POLLING_THREAD_KILLABLE: return copyValue(&no, 1, Length, Value);
    case TAG_IFD_POLLING_THREAD_WITH_TIMEOUT: return copyValue(&poller, sizeof poller, Length, Value);
    case TAG_IFD_STOP_POLLING_THREAD: return copyValue(&stopper, sizeof stopper, Length, Value);
    default: return IFD_ERROR_TAG;
  }
}
