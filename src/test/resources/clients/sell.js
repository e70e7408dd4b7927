// A client of the Sell Sync API that drains some pages: sell.js url token device pages. Says what it does, a line of JSON each.
// Like a published one it starts with the JSON null, says "bearer" and takes any body that follows an acknowledgement for a refusal.
const http = require("http");

const [url, token, device, pages] = process.argv.slice(2);

class Broken extends Error {}

function say(what) {
  console.log(JSON.stringify(what));
}

function send(method, path, body) {
  const headers = { authorization: "bearer " + token, "X-Basecrm-Device-UUID": device, accept: "application/json" };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    headers["content-length"] = Buffer.byteLength(body);
  }
  return new Promise((resolve, reject) => {
    const fail = (failure) => reject(new Broken(failure.message));
    const request = http.request(url + path, { method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("error", fail);
      answer.on("end", () => resolve({ status: answer.statusCode, body: text === "" ? null : JSON.parse(text) }));
    });
    request.on("error", fail);
    request.end(body);
  });
}

async function drain() {
  const started = await send("POST", "/v2/sync/start", "null");
  if (started.status === 204) {
    return;
  }
  for (let page = 0; page < Number(pages); page++) {
    const answer = await send("GET", "/v2/sync/" + started.body.data.id + "/queues/main");
    if (answer.status === 204) {
      return;
    }
    answer.body.items.forEach((item) => say({ item }));
    const keys = answer.body.items.map((item) => item.meta.sync.ack_key);
    const acknowledged = await send("POST", "/v2/sync/ack", JSON.stringify({ data: { ack_keys: keys } }));
    if (acknowledged.status !== 202 || acknowledged.body !== null) {
      throw new Error("not acknowledged: " + acknowledged.status);
    }
    say({ acknowledged: keys });
  }
}

drain().catch((failure) => {
  if (failure instanceof Broken) {
    say({ broken: failure.message });
    return;
  }
  console.error(failure);
  process.exit(1);
});
