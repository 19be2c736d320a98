"""The same small jobs in Python: what a function does that only fetches, checks the JSON and keeps the bytes.

As a program it is the plainest runtime there is, urllib and json alone; `handler` is what awslambdaric calls. There
boto3 is imported and a client made, as every function of that kind does before its first event.
"""

import hashlib
import http.client
import json
import os
import zlib
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

STORE = Path(os.environ["STORE"])
AZURE = os.environ["AZURE"]


def keep(name, body):
    """Under the hash of its content, packed, never half: as ours."""
    digest = hashlib.sha256(body).hexdigest()
    STORE.mkdir(parents=True, exist_ok=True)
    path = STORE / f"{name}-{digest}.z"
    with open(path.with_suffix(".part"), "wb") as part:
        part.write(zlib.compress(body, 6))
        part.flush()
        os.fsync(part.fileno())
    path.with_suffix(".part").rename(path)


class Connection:
    def __init__(self, url):
        self.http = http.client.HTTPConnection(urlsplit(url).netloc)

    def get(self, path):
        self.http.request("GET", path)
        answer = self.http.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}")
        return body


def retail():
    body = Connection(AZURE).get("/api/retail/prices?currencyCode='USD'")
    rows = len(json.loads(body)["Items"])
    keep("retail", body)
    return {"rows": rows}


def backfill(subscription, first, last):
    """Reported day by reported day, page by page."""
    azure, day, rows = Connection(AZURE), date.fromisoformat(first), 0
    while day <= date.fromisoformat(last):
        path = f"/subscriptions/{subscription}/providers/Microsoft.Commerce/UsageAggregates?reportedStartTime={day}"
        page = 0
        while path:
            body = azure.get(path)
            read = json.loads(body)
            rows += len(read["value"])
            keep(f"{day}-{page}", body)
            link = urlsplit(read.get("nextLink", ""))
            path, page = link.path and f"{link.path}?{link.query}", page + 1
        day += timedelta(days=1)
    return {"rows": rows}


def run(event):
    return backfill(*event["backfill"]) if "backfill" in event else retail()


def handler(event, _context):
    return run(event)


if os.environ.get("WITH_BOTO3"):
    import boto3

    boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def main():
    """Lambda's Runtime API, without anything around it."""
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        api.request("GET", "/2018-06-01/runtime/invocation/next")
        answer = api.getresponse()
        event, request = json.loads(answer.read()), answer.headers["lambda-runtime-aws-request-id"]
        api.request("POST", f"/2018-06-01/runtime/invocation/{request}/response", json.dumps(run(event)))
        api.getresponse().read()


if __name__ == "__main__":
    main()
