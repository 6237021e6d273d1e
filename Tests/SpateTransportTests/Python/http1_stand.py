# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 over TLS; the path of a request says how its answer goes."""

import stand

HALF = bytes(range(256)) * 8


def read_head(tls):
    head = b""
    while b"\r\n\r\n" not in head:
        more = tls.recv(65536)
        if not more:
            return None
        head += more
    return head.decode("latin-1").split("\r\n")


def serve_one(tls, number):
    while (lines := read_head(tls)) is not None:
        fields = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines[1:]}
        stand.say("request", number, lines[0].split()[1], fields.get("authorization", "-"))
        match lines[0].split()[1]:
            case "/stream":
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
                for index in range(2000):
                    event = b"data: %d\n\n" % index
                    tls.sendall(b"%x\r\n%s\r\n" % (len(event), event))
                tls.sendall(b"0\r\n\r\n")
            case "/cut/length":
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n" + HALF)
                return stand.cut(tls)
            case "/cut/chunk":
                tls.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" + HALF + b"\r\n")
                return stand.cut(tls)
            case "/cut/close":
                tls.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + HALF)
                return stand.cut(tls)
            case "/end/close":
                tls.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + HALF)
                tls.unwrap()
                return None
            case "/cut/head":
                return stand.cut(tls)


stand.run(serve_one, ["http/1.1"])
