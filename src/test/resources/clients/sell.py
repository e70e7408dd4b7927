"""A client of the Sell Sync API that drains some pages: sell.py url token device pages. Says what it does, a line of JSON each."""
import json
import sys
import urllib.request

url, token, device, pages = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
headers = {"Authorization": "Bearer " + token, "X-Basecrm-Device-UUID": device, "Accept": "application/json,application/json"}


def send(method, path, body=None, **more):
    request = urllib.request.Request(url + path, data=body, headers={**headers, **more}, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return answer.status, json.loads(text) if text else None


status, started = send("POST", "/v2/sync/start", b"", **{"Content-Type": "application/x-www-form-urlencoded"})
if status == 201:
    session = started["data"]["id"]
    for _ in range(pages):
        status, page = send("GET", "/v2/sync/" + session + "/queues/main")
        if status == 204:
            break
        for item in page["items"]:
            print(json.dumps({"item": item}))
        keys = [item["meta"]["sync"]["ack_key"] for item in page["items"]]
        status, _ = send("POST", "/v2/sync/ack", json.dumps({"data": {"ack_keys": keys}}).encode(), **{"Content-Type": "application/json"})
        assert status == 202, status
        print(json.dumps({"acknowledged": keys}))
