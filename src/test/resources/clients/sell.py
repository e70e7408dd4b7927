"""A client of the Sell Sync API that drains some pages: sell.py url token device pages manner. Says what it does, a line of JSON each.

Of the ways in which published clients start: "length" says that its body has none, "form" that it is an empty form, and "bare" says nothing.
"""
import http.client
import json
import sys
from urllib.parse import urlsplit

url, token, device, pages, manner = sys.argv[1:6]
starting = {
    "length": {"Content-Length": "0"},
    "form": {"Content-Length": "0", "Content-Type": "application/x-www-form-urlencoded"},
    "bare": {},
}[manner]
device_header = "X-Basecrm-Device-Uuid" if manner == "form" else "X-Basecrm-Device-UUID"


def say(**what):
    print(json.dumps(what), flush=True)


def send(method, path, body=None, **more):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        headers = {"Authorization": "Bearer " + token, device_header: device, "Accept": "application/json", **more}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read()
        # What says that it is JSON is read as JSON, also where there is nothing to read.
        return answer.status, json.loads(text) if "json" in (answer.getheader("Content-Type") or "") else None
    finally:
        connection.close()


def drain():
    status, started = send("POST", "/v2/sync/start", **starting)
    if status == 204:
        return
    session = started["data"]["id"]
    for _ in range(int(pages)):
        status, page = send("GET", "/v2/sync/" + session + "/queues/main")
        if status == 204:
            return
        for item in page["items"]:
            say(item=item)
        keys = [item["meta"]["sync"]["ack_key"] for item in page["items"]]
        body = json.dumps({"data": {"ack_keys": keys}}).encode()
        status, _ = send("POST", "/v2/sync/ack", body, **{"Content-Type": "application/json", "Content-Length": str(len(body))})
        assert status == 202, status
        say(acknowledged=keys)
        if manner == "form" and page["meta"]["count_left"] == 0:
            return


try:
    drain()
except (OSError, http.client.HTTPException) as failure:
    say(broken=repr(failure))
