// A client of the Sell Sync API that drains some pages: sell.js url token device pages. Says what it does, a line of JSON each.
const http = require("http");

const [url, token, device, pages] = process.argv.slice(2);

function send(method, path, body) {
  const headers = { Authorization: "Bearer " + token, "X-Basecrm-Device-Uuid": device, Accept: "application/json" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["Content-Length"] = Buffer.byteLength(body);
  }
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode, body: text === "" ? null : JSON.parse(text) }));
    });
    request.on("error", reject);
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
    answer.body.items.forEach((item) => console.log(JSON.stringify({ item })));
    const keys = answer.body.items.map((item) => item.meta.sync.ack_key);
    const acknowledged = await send("POST", "/v2/sync/ack", JSON.stringify({ data: { ack_keys: keys } }));
    if (acknowledged.status !== 202) {
      throw new Error("not acknowledged: " + acknowledged.status);
    }
    console.log(JSON.stringify({ acknowledged: keys }));
  }
}

drain().catch((failure) => {
  console.error(failure);
  process.exit(1);
});
