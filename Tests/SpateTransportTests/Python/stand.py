# SPDX-License-Identifier: Apache-2.0
"""What the TLS stands share: certificates of their own making, a listener, and an end that always comes.

A stand lives until its standard input ends, and never longer than a minute and a half. It prints a line for all that
a test asks about; the first ones are "authority FILE" and "port N". To "sync" it says "synced": what was printed before has then arrived.
"""

import argparse
import datetime
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

printing = threading.Lock()


def say(*words):
    with printing:
        print(*words, flush=True)


def openssl(folder, *arguments):
    made = subprocess.run(
        ["openssl", *arguments], cwd=folder, timeout=30, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if made.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]}: {made.stderr}")


def make_certificates(folder, options):
    """A private authority in ca.pem, and in leaf.pem a certificate by it for one name."""
    kind = ["-newkey", "rsa:2048"] if options.key == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    openssl(
        folder, "req", "-x509", *kind, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
        "-subj", "/CN=Test authority")
    openssl(folder, "req", *kind, "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=leaf")
    files = {
        "index.txt": "",
        "ca.cnf": "[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\nnew_certs_dir = .\ndefault_md = sha256\n"
        "rand_serial = yes\npolicy = any\n[any]\ncommonName = supplied\n",
        "leaf.cnf": f"basicConstraints = CA:FALSE\nsubjectAltName = DNS:{options.host}\n",
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)
    now = datetime.datetime.now(datetime.timezone.utc)
    days = (-20, -10) if options.expired else (-1, 1)
    start, end = ((now + datetime.timedelta(days=day)).strftime("%Y%m%d%H%M%SZ") for day in days)
    openssl(
        folder, "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
        "-in", "leaf.csr", "-out", "leaf.pem", "-extfile", "leaf.cnf", "-startdate", start, "-enddate", end)


def make_context(folder, options, protocols):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if options.old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.load_cert_chain(os.path.join(folder, "leaf.pem"), os.path.join(folder, "leaf.key"))
    context.set_alpn_protocols(protocols)
    return context


def cut(tls):
    """Closes without the words with which TLS says that nothing is missing."""
    socket.socket(fileno=tls.detach()).close()


def serve(context, serve_one, raw, number):
    raw.settimeout(60)
    try:
        tls = context.wrap_socket(raw, server_side=True)
    except (ssl.SSLError, OSError) as error:
        say("refused", number, getattr(error, "reason", None) or type(error).__name__)
        return
    say("handshake", number, tls.version(), tls.selected_alpn_protocol())
    try:
        serve_one(tls, number)
    except OSError as error:
        say("lost", number, type(error).__name__)
    finally:
        tls.close()
    say("closed", number)


def probe(port):
    """Whether somebody who takes old TLS gets it here: else its refusal says nothing about who refuses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    try:
        with socket.create_connection(("127.0.0.1", port), 20) as raw, context.wrap_socket(raw) as tls:
            say("probe", tls.version())
    except (ssl.SSLError, OSError) as error:
        say("probe", "failed", error)


def accept(listener, context, serve_one):
    number = 0
    while True:
        raw, _ = listener.accept()
        number += 1
        say("accepted", number)
        threading.Thread(target=serve, args=(context, serve_one, raw, number), daemon=True).start()


def run(serve_one, protocols):
    parser = argparse.ArgumentParser()
    parser.add_argument("--key", choices=["rsa", "ec"], default="ec")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--expired", action="store_true")
    parser.add_argument("--old", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spate-tls-") as folder:
        # The folder goes whatever happens, and so does the process.
        def end(status):
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))
            os.rmdir(folder)
            os._exit(status)

        watchdog = threading.Timer(90, end, [3])
        watchdog.daemon = True
        watchdog.start()
        make_certificates(folder, options)
        context = make_context(folder, options, protocols)
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
            port = listener.getsockname()[1]
            threading.Thread(target=accept, args=(listener, context, serve_one), daemon=True).start()
            if options.old:
                probe(port)
            say("authority", os.path.join(folder, "ca.pem"))
            say("port", port)
            for line in sys.stdin:
                if line.strip() == "sync":
                    say("synced")
            end(0)
