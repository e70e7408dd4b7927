package io.syncline.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** A client of the Sell Sync API that begins a session, drains some pages of it and acknowledges each. */
interface SellClient {

    /** What a client did: it received an item, or keys were acknowledged. */
    record Told(Optional<JsonNode> item, List<String> acknowledged) {

        static Told read(JsonNode line) {
            return line.has("item")
                    ? new Told(Optional.of(line.get("item")), List.of())
                    : new Told(
                            Optional.empty(),
                            StreamSupport.stream(line.get("acknowledged").spliterator(), false)
                                    .map(JsonNode::textValue)
                                    .toList());
        }
    }

    /** Drains at most so many pages; what it did, in order. */
    List<Told> drain(String url, String token, String device, int pages) throws IOException, InterruptedException;

    /** One written in another language, if its interpreter is on this machine. */
    static Optional<SellClient> script(String interpreter, String name) {
        try {
            Process asked = new ProcessBuilder(interpreter, "--version")
                    .redirectErrorStream(true)
                    .start();
            asked.getInputStream().readAllBytes();
            if (!asked.waitFor(20, TimeUnit.SECONDS) || asked.exitValue() != 0) {
                return Optional.empty();
            }
        } catch (IOException absent) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        String script =
                Path.of("src/test/resources/clients", name).toAbsolutePath().toString();
        return Optional.of((url, token, device, pages) -> {
            Process process = new ProcessBuilder(interpreter, script, url, token, device, Integer.toString(pages))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(name + " failed");
            }
            List<Told> told = new ArrayList<>();
            for (String line : said.lines().toList()) {
                told.add(Told.read(Replica.JSON.readTree(line)));
            }
            return told;
        });
    }

    /** One in Java, on the platform's HTTP client: a lower-case scheme and no body at all to start with. */
    static SellClient java() {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return (url, token, device, pages) -> {
            HttpRequest.Builder request = HttpRequest.newBuilder()
                    .header("authorization", "bearer " + token)
                    .header("x-basecrm-device-uuid", device);
            HttpResponse<String> started = http.send(
                    request.copy()
                            .uri(URI.create(url + "/v2/sync/start"))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
            List<Told> told = new ArrayList<>();
            if (started.statusCode() == 204) {
                return told;
            }
            String queue = Replica.JSON
                    .readTree(started.body())
                    .at("/data/queues/0/meta/links/self")
                    .textValue();
            for (int page = 0; page < pages; page++) {
                HttpResponse<String> answer =
                        http.send(request.copy().uri(URI.create(queue)).build(), BodyHandlers.ofString());
                if (answer.statusCode() == 204) {
                    return told;
                }
                List<String> keys = new ArrayList<>();
                for (JsonNode item : Replica.JSON.readTree(answer.body()).get("items")) {
                    told.add(new Told(Optional.of(item), List.of()));
                    keys.add(item.at("/meta/sync/ack_key").textValue());
                }
                HttpRequest acknowledgement = request.copy()
                        .uri(URI.create(url + "/v2/sync/ack"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"data\":{\"ack_keys\":" + Replica.JSON.writeValueAsString(keys) + "}}"))
                        .build();
                int status =
                        http.send(acknowledgement, BodyHandlers.discarding()).statusCode();
                if (status != 202) {
                    throw new AssertionError("not acknowledged: " + status);
                }
                told.add(new Told(Optional.empty(), keys));
            }
            return told;
        };
    }
}
