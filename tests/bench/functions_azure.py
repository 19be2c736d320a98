"""An Azure on loopback for the benchmark of functions, in a process of its own.

    python3 functions_azure.py CARD ROWS_A_DAY [--storm]

Sign-in, a rate card behind a redirect, one page of retail prices, and usage of ROWS_A_DAY rows for every reported day, in
pages of a thousand. With --storm every tenth request to Resource Manager fails: in each ten one, at a place that the seed
chooses, by turns as the service fails. Prints its address; a line on standard input is answered with a line of counts.
"""

import json
import random
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SEED = 20201211
PAGE_ROWS = 1000
METERS = [f"{n:08x}-0001-4000-8000-000000000002" for n in range(300)]
FAILURES = (429, 503, 500, 504)

ROW = (
    '{{"id":"/subscriptions/{of}/providers/Microsoft.Commerce/UsageAggregates/Hourly_BRSDT_{n:08}",'
    '"name":"Hourly_BRSDT_{n:08}","type":"Microsoft.Commerce/UsageAggregate","properties":{{"subscriptionId":"{of}",'
    '"usageStartTime":"DAYT{hour:02}:00:00+00:00","usageEndTime":"{end}+00:00","meterName":"Compute Hours",'
    '"meterRegion":"EU West","meterCategory":"Virtual Machines","unit":"1 Hour","meterId":"{meter}",'
    '"instanceData":"{{\\"Microsoft.Resources\\":{{\\"resourceUri\\":\\"/subscriptions/{of}/resourceGroups/rg-{group}'
    '/providers/Microsoft.Compute/virtualMachines/vm-{n}\\",\\"location\\":\\"westeurope\\",\\"tags\\":'
    '{{\\"costCenter\\":\\"cc-{group}\\"}}}}}}","quantity":{quantity}}}}}'
)


def row(of, n, rng):
    hour = n % 24
    end = f"DAYT{hour + 1:02}:00:00" if hour < 23 else "NEXTT00:00:00"
    return ROW.format(of=of, n=n, hour=hour, end=end, meter=METERS[n % len(METERS)], group=n % 40,
                      quantity=f"{int(rng.random() * 1000)}.{int(rng.random() * 10**6):06}")


def retail_page():
    item = lambda n: {
        "currencyCode": "USD", "tierMinimumUnits": 0.0, "retailPrice": n / 1000, "location": "EU West",
        "effectiveStartDate": "2020-01-01T00:00:00Z", "meterId": f"{n:08x}-0002-4000-8000-000000000002",
        "meterName": "Data Out", "skuId": f"P/{n}", "serviceName": "Bandwidth", "unitOfMeasure": "1 GB",
        "type": "Consumption",
    }
    page = {"BillingCurrency": "USD", "Items": [item(n) for n in range(1, 101)], "NextPageLink": None, "Count": 100}
    return json.dumps(page).encode()


class Usage:
    """Pages with places for the day: writing a million rows must not be what is measured."""

    def __init__(self, rows):
        self.rows, self.pages, self.lock = rows, {}, threading.Lock()

    def page(self, of, day, number):
        with self.lock:
            made = self.pages.get((of, number))
            if made is None:
                rng = random.Random(SEED)
                first = number * PAGE_ROWS
                lines = [row(of, n, rng) for n in range(first, min(first + PAGE_ROWS, self.rows))]
                made = self.pages[of, number] = ",".join(lines)
        return made.replace("DAY", day).replace("NEXT", tomorrow(day))


def tomorrow(day):
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


class Storm:
    """One failure in each ten requests."""

    def __init__(self, blows):
        self.blows, self.rng, self.lock = blows, random.Random(SEED), threading.Lock()
        self.asked = self.failed = 0
        self.turn = 0

    def fails(self):
        with self.lock:
            if self.asked % 10 == 0:
                self.turn = self.asked + int(self.rng.random() * 10)
            self.asked += 1
            hit = self.blows and self.asked - 1 == self.turn
            self.failed += hit
            return FAILURES[self.failed % len(FAILURES)] if hit else None


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Who asks is stopped after its answer and hangs up."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Azure(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, **headers):
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        token = {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "TOKEN"}
        self.answer(200, json.dumps(token).encode())

    def do_GET(self):
        server, parts = self.server, urlsplit(self.path)
        path = parts.path.lower()
        if path == "/api/retail/prices":
            return self.answer(200, server.retail)
        if path == "/card.json":
            return self.answer(200, server.card)
        status = server.storm.fails()
        if status:
            body = json.dumps({"error": {"code": "Storm", "message": "as every tenth request"}}).encode()
            return self.answer(status, body, retry_after="0")
        if path.endswith("/ratecard"):
            return self.answer(302, b"", location=f"{server.url}/card.json?sig=x")
        self.usage(parse_qs(parts.query), path.split("/")[2])

    def usage(self, query, of):
        server = self.server
        day, number = query["reportedStartTime"][0][:10], int(query.get("continuationToken", ["0"])[0])
        rows, link = server.usage.page(of, day, number), ""
        if (number + 1) * PAGE_ROWS < server.usage.rows:
            link = (f',"nextLink":"{server.url}/subscriptions/{of}/providers/Microsoft.Commerce/UsageAggregates'
                    f'?api-version=1&reportedStartTime={day}&continuationToken={number + 1}"')
        self.answer(200, f'{{"value":[{rows}]{link}}}'.encode())


def main(card, rows, *flags):
    server = Server(("127.0.0.1", 0), Azure)
    server.url = f"http://127.0.0.1:{server.server_port}"
    server.card, server.retail = Path(card).read_bytes(), retail_page()
    server.usage, server.storm = Usage(int(rows)), Storm("--storm" in flags)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.url, flush=True)
    # Ends when whoever started it does.
    for _ in sys.stdin:
        print(server.storm.asked, server.storm.failed, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
