#!/usr/bin/env python3
"""Runs the bench on a machine that has a graphics card, Python 3.10, a headless Chromium and the built app, and nothing else.

    python3 bench/gpu.py --dist dist --chromium /path/to/chrome --out gpu.json [--query 'preset=full&backends=webgpu']

Serves the app to this machine only, opens bench.html in Chromium on Vulkan, and waits for the result that the page
posts. After each case the page posts what it has so far, so that a run that is cut short still leaves that. Back at
home, `npm run bench -- --from gpu.json --write` puts the tables into docs/benchmarks.md.
"""
import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

QUIET_FLAGS = [
    "--headless=new",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    # A hidden page is throttled.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
]
# WebGPU over Vulkan without a display; each of them is needed on a Linux server.
VULKAN_FLAGS = [
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-angle=vulkan",
    "--disable-vulkan-surface",
    "--ignore-gpu-blocklist",
]
# To try this script where there is no card.
SOFTWARE_FLAGS = [
    "--enable-unsafe-webgpu",
    "--enable-features=Vulkan",
    "--use-angle=swiftshader",
    "--use-vulkan=swiftshader",
]
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".onnx": "application/octet-stream",
}


class Ended:
    """What the page has posted so far, and whether that was the last of it."""

    def __init__(self, out):
        self.out = out
        self.last = None
        self.event = threading.Event()

    def take(self, posted):
        self.last = posted
        if self.out:
            with open(self.out, "w", encoding="utf-8") as file:
                json.dump(posted, file, indent=2, ensure_ascii=False)
        if not posted.get("unfinished"):
            self.event.set()
        else:
            print(news(posted["result"]), file=sys.stderr, flush=True)


def news(result):
    """One line on the case that was finished last."""
    case = result["cases"][-1]
    name = f'{case["backend"]}, {case["model"]}, {case["megapixels"]} MP'
    if "problem" in case:
        return f'{name}: {case["problem"]}'
    measured = case["measured"]
    return f'{name}: {measured["jobMs"]:.0f} ms, {measured["overhead"]:.3f} of the network alone'


def handler_for(dist, ended):
    class Handler(SimpleHTTPRequestHandler):
        extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}

        def __init__(self, *args, **kwargs):
            super().__init__(*args, directory=dist, **kwargs)

        def end_headers(self):
            # Cross-origin isolation: threads on the processor, and exact clocks.
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            self.send_header("Cross-Origin-Resource-Policy", "same-origin")
            super().end_headers()

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(204)
            self.end_headers()
            ended.take(json.loads(body))

        def log_message(self, *_):
            pass

    return Handler


def machine_name():
    """The cards and the processor, as far as this system tells."""
    asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        cards = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip().splitlines()
        card = " + ".join(line.replace(", ", ", driver ") for line in cards)
    except (OSError, subprocess.CalledProcessError):
        card = "card not named"
    processor = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        processor = names[0] if names else processor
    except OSError:
        pass
    return f"{card}; {os.cpu_count()} × {processor}"


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dist", default="dist", help="the built app")
    parser.add_argument("--chromium", default=os.environ.get("CHROME_PATH", "chromium"))
    parser.add_argument("--query", default="preset=full&backends=webgpu", help="what bench.html is asked for")
    parser.add_argument("--machine", default=None, help="what the machine is called in the result")
    parser.add_argument("--out", default=None, help="where the JSON is kept; also after each case")
    parser.add_argument("--limit", type=float, default=540, help="seconds after which it ends with what it has")
    parser.add_argument("--flags", default="", help="more switches for Chromium, in one text")
    parser.add_argument("--software", action="store_true", help="without a card: only tells whether this works")
    return parser.parse_args()


def main():
    options = read_options()
    if not os.path.exists(os.path.join(options.dist, "bench.html")):
        sys.exit(f"There is no bench.html in {options.dist}: run npm run build first.")
    ended = Ended(options.out)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(os.path.abspath(options.dist), ended))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    query = urllib.parse.urlencode(
        {
            **dict(urllib.parse.parse_qsl(options.query)),
            "auto": "1",
            "post": "/results",
            "machine": options.machine or machine_name(),
        }
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = [
            *QUIET_FLAGS,
            *(SOFTWARE_FLAGS if options.software else VULKAN_FLAGS),
            *(["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []),
            *shlex.split(options.flags),
            f"--user-data-dir={profile}",
        ]
        address = f"http://localhost:{server.server_port}/bench.html?{query}"
        log = open(os.path.join(profile, "log"), "w+", encoding="utf-8", errors="replace")
        browser = subprocess.Popen([options.chromium, *flags, address], stdout=log, stderr=log)
        until = time.monotonic() + options.limit
        while not ended.event.wait(1) and browser.poll() is None and time.monotonic() < until:
            pass
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
        server.shutdown()
        log.seek(0)
        said = log.read()[-4000:]
        log.close()
    finish(ended, said, as_json=options.out is None)


def finish(ended, said, as_json):
    """Prints the result, as tables where the JSON is kept; ends with 1 where there is none, or where it says nothing about a card."""
    if ended.last is None:
        sys.exit(f"The page sent nothing. Chromium said:\n{said}")
    if as_json or "markdown" not in ended.last:
        print(json.dumps(ended.last, indent=2, ensure_ascii=False))
    else:
        print(ended.last["markdown"])
    if "problem" in ended.last:
        sys.exit(ended.last["problem"])
    if not ended.event.is_set():
        print("The time was up: this is what was measured until then.", file=sys.stderr)
    result = ended.last["result"]
    if result["softwareAdapter"] or any("problem" in case for case in result["cases"]):
        sys.exit(f'Look at the result before you use it: the adapter is {result["adapter"]}.')


if __name__ == "__main__":
    main()
