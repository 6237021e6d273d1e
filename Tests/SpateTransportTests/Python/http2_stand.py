# SPDX-License-Identifier: Apache-2.0
"""HTTP/2 over TLS, frame by frame; the body of a request says how its answer goes.

A word and a number, such as "send 1000": so many bytes, all of them the stream's number. The fields of requests are not
read: that would take the whole of HPACK.
"""

import select
import struct

import stand

DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW = 0, 1, 3, 4, 6, 7, 8
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PIECE = 8192


def literal(name, value):
    """A field without index and without Huffman code (RFC 7541, 6.2.2), shorter than 127 bytes each."""
    return bytes([0, len(name)]) + name + bytes([len(value)]) + value


# Index 8 of the static table is ":status: 200".
HEAD = b"\x88" + b"".join(
    literal(*field)
    for field in [
        (b"content-type", b"text/event-stream"), (b"x-twice", b"one"), (b"x-twice", b"two"), (b"x-empty", b""),
        (b"x-colon", b"a: b"),
    ])


class Lost(OSError):
    pass


class Connection:
    def __init__(self, tls, number):
        self.tls, self.number = tls, number
        self.unread = b""
        self.window, self.first_window = 65535, 65535
        self.windows, self.bodies, self.waiting = {}, {}, {}

    def send(self, kind, flags, stream, payload=b""):
        self.tls.sendall(struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload)

    def fill(self, blocks):
        """Reads what is there; waits for it only if `blocks`."""
        if not self.tls.pending():
            if not select.select([self.tls], [], [], 30 if blocks else 0)[0]:
                if blocks:
                    raise Lost("nothing came for 30 seconds")
                return False
        self.tls.settimeout(0)
        try:
            more = self.tls.recv(1 << 16)
        except stand.ssl.SSLWantReadError:
            return False
        finally:
            self.tls.settimeout(60)
        if not more:
            raise EOFError
        self.unread += more
        return True

    def frame(self):
        if len(self.unread) < 9:
            return None
        length = int.from_bytes(self.unread[:3], "big")
        if len(self.unread) < 9 + length:
            return None
        kind, flags, stream = self.unread[3], self.unread[4], int.from_bytes(self.unread[5:9], "big") & 0x7FFFFFFF
        payload, self.unread = self.unread[9:9 + length], self.unread[9 + length:]
        return kind, flags, stream, payload

    def take(self, kind, flags, stream, payload):
        if kind == SETTINGS and not flags & ACK:
            for at in range(0, len(payload), 6):
                name, value = struct.unpack(">HI", payload[at:at + 6])
                if name == 4:
                    self.windows = {key: old + value - self.first_window for key, old in self.windows.items()}
                    self.first_window = value
            self.send(SETTINGS, ACK, 0)
        elif kind == PING and not flags & ACK:
            self.send(PING, ACK, 0, payload)
        elif kind == WINDOW:
            grown = int.from_bytes(payload, "big")
            if stream:
                self.windows[stream] = self.windows.get(stream, self.first_window) + grown
            else:
                self.window += grown
        elif kind == HEADERS:
            self.windows.setdefault(stream, self.first_window)
            self.bodies[stream] = b""
        elif kind == RESET:
            stand.say("reset", self.number, stream)
            self.waiting.pop(stream, None)
        if kind == DATA:
            self.bodies[stream] += payload
            # The client's windows for what it sends stay as large as they were.
            if payload:
                self.send(WINDOW, 0, 0, struct.pack(">I", len(payload)))
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            word, _, size = self.bodies.pop(stream).decode().partition(" ")
            stand.say("request", self.number, stream, word)
            self.answer(stream, word, int(size or 0))

    def answer(self, stream, word, size):
        if word == "refuse":  # REFUSED_STREAM: "was not processed, may be sent again"
            return self.send(RESET, 0, stream, struct.pack(">I", 7))
        if word == "refuse-all":  # GOAWAY with the last stream before this one: the same for all that follow
            return self.send(GOAWAY, 0, 0, struct.pack(">II", stream - 2, 0))
        if word == "vanish":
            return stand.cut(self.tls)
        extra = literal(b"content-length", b"%d" % (2 * size)) if word == "short" else b""
        self.send(HEADERS, END_HEADERS, stream, HEAD + extra)
        self.waiting[stream] = [size, word]

    def end(self, stream, word):
        if word in ("send", "short"):
            self.send(DATA, END_STREAM, stream)
        elif word == "trailers":
            self.send(HEADERS, END_HEADERS | END_STREAM, stream, literal(b"x-late", b"1"))
        elif word == "reset":  # INTERNAL_ERROR
            self.send(RESET, 0, stream, struct.pack(">I", 2))
        elif word == "reset-no-error":
            self.send(RESET, 0, stream, struct.pack(">I", 0))
        elif word == "goaway":
            self.send(GOAWAY, 0, 0, struct.pack(">II", 0, 2))
        elif word == "goaway-end":  # for those who follow: this one is still answered
            self.send(GOAWAY, 0, 0, struct.pack(">II", stream, 0))
            self.send(DATA, END_STREAM, stream)
        elif word == "goaway-cut":
            self.send(GOAWAY, 0, 0, struct.pack(">II", stream, 0))
            stand.cut(self.tls)
        elif word == "cut":
            stand.cut(self.tls)

    def pump(self):
        """A piece of each body, in turn. Says whether there is more to send at once."""
        sent = False
        for stream in list(self.waiting):
            left, word = self.waiting[stream]
            size = min(left, PIECE, self.window, self.windows[stream])
            if size > 0:
                self.send(DATA, 0, stream, bytes([stream & 0xFF]) * size)
                self.window -= size
                self.windows[stream] -= size
                self.waiting[stream][0] = left = left - size
                sent = True
            if left == 0:
                del self.waiting[stream]
                stand.say("sent", self.number, stream, word)
                self.end(stream, word)
        return sent

    def serve(self):
        while len(self.unread) < 24:
            self.fill(True)
        self.unread = self.unread[24:]
        # At most 250 streams at a time.
        self.send(SETTINGS, 0, 0, struct.pack(">HI", 3, 250))
        more = False
        while self.tls.fileno() >= 0:
            while (frame := self.frame()) is not None:
                self.take(*frame)
                if self.tls.fileno() < 0:
                    return
            more = self.pump()
            if self.tls.fileno() >= 0:
                self.fill(not more)


def serve_one(tls, number):
    try:
        Connection(tls, number).serve()
    except EOFError:
        pass


stand.run(serve_one, ["h2", "http/1.1"])
