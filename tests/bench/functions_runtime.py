"""One function under a Runtime API on loopback: when it asked for its first event, when it answered, what it took."""

import json
import os
import re
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[2] / "infra" / "template.yaml"
TICKS = os.sysconf("SC_CLK_TCK")


def of_the_template(name):
    """A variable of all functions, as it is deployed."""
    found = re.search(rf'^ +{name}: "([^"]*)"$', TEMPLATE.read_text(), re.MULTILINE)
    return {name: found[1]}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A function that is stopped hangs up: that is how each ends."""
        if not self.over.is_set():
            super().handle_error(request, client_address)


class Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        server = self.server
        if server.asked is not None:
            # There is one event; the next call waits until the process is stopped.
            server.over.wait()
            return
        server.asked = time.perf_counter()
        self.reply(200, server.event, (
            ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
            ("lambda-runtime-deadline-ms", str(int(time.time() * 1000) + 900_000)),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-1:123456789012:function:bench"),
            ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0"),
            ("content-type", "application/json"),
        ))

    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        server.answered, server.answer = time.perf_counter(), body
        server.good = self.path.endswith("/response")
        self.reply(202, b"{}")
        server.told.set()


def used(pid):
    """CPU seconds and peak megabytes of a process that lives, from its own start on."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    with open(f"/proc/{pid}/status") as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    return (int(fields[11]) + int(fields[12])) / TICKS, int(peak.split()[1]) / 1024


def invoke(command, variables, event, patience=1200):
    """One cold start and one invocation."""
    server = Server(("127.0.0.1", 0), Api)
    server.event, server.asked, server.told, server.over = event.encode(), None, threading.Event(), threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}", "AWS_LAMBDA_FUNCTION_NAME": "bench",
             "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "PATH": os.environ["PATH"],
             **of_the_template("MALLOC_MMAP_THRESHOLD_")}
    start = time.perf_counter()
    child = subprocess.Popen([str(part) for part in command], env=place | variables, stderr=subprocess.PIPE,
                             stdout=subprocess.DEVNULL)
    # Read all the time, so that a talkative function never waits for us.
    log = []
    threading.Thread(target=lambda: log.extend(child.stderr), daemon=True).start()
    try:
        if not server.told.wait(patience) or not server.good:
            answer = getattr(server, "answer", b"nothing")
            raise SystemExit(f"bench: {command} answered {answer.decode()}\n{b''.join(log).decode()}")
        cpu, peak = used(child.pid)
    finally:
        server.over.set()
        child.kill()
        child.wait()
        server.shutdown()
        server.server_close()
    return {"init": server.asked - start, "first": server.answered - start, "cpu": cpu, "peak": peak,
            "wall": server.answered - server.asked, "answer": json.loads(server.answer)}
