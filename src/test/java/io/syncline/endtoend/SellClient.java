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
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** A client of the Sell Sync API that begins a session, drains some pages of it and acknowledges each. */
interface SellClient {

    /** The types that a published client does not know. */
    Set<String> UNKNOWN = Set.of("lead_source", "deal_source");

    /** What a client did: it received an item, keys were acknowledged, or its connection broke, with which it ended. */
    record Told(Optional<JsonNode> item, List<String> acknowledged, boolean broken) {

        static Told received(JsonNode item) {
            return new Told(Optional.of(item), List.of(), false);
        }

        static Told acknowledgement(List<String> keys) {
            return new Told(Optional.empty(), keys, false);
        }

        static Told breach() {
            return new Told(Optional.empty(), List.of(), true);
        }

        static Told read(JsonNode line) {
            if (line.has("broken")) {
                return breach();
            }
            return line.has("item")
                    ? received(line.get("item"))
                    : acknowledgement(
                            StreamSupport.stream(line.get("acknowledged").spliterator(), false)
                                    .map(JsonNode::textValue)
                                    .toList());
        }
    }

    /** Drains at most so many pages; what it did, in order. */
    List<Told> drain(String url, String token, String device, int pages) throws IOException, InterruptedException;

    /** One written in another language, with more arguments of its own, if its interpreter is on this machine. */
    static Optional<SellClient> script(String interpreter, String name, String... more) {
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
            List<String> command =
                    new ArrayList<>(List.of(interpreter, script, url, token, device, Integer.toString(pages)));
            command.addAll(List.of(more));
            Process process = new ProcessBuilder(command)
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

    /**
     * One in Java that, like a published one, says twice what it accepts, sends again whatever was lost with its connection, and does not acknowledge
     * the types that it does not know.
     */
    static SellClient java() {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return (url, token, device, pages) -> {
            List<Told> told = new ArrayList<>();
            try {
                HttpRequest.Builder request = HttpRequest.newBuilder()
                        .header("authorization", "Bearer " + token)
                        .header("accept", "application/json,application/json")
                        .header("x-basecrm-device-uuid", device);
                HttpResponse<String> started = sendAgain(
                        http,
                        request.copy()
                                .uri(URI.create(url + "/v2/sync/start"))
                                .POST(BodyPublishers.noBody())
                                .build());
                if (started.statusCode() == 204) {
                    return told;
                }
                String queue = Replica.JSON
                        .readTree(started.body())
                        .at("/data/queues/0/meta/links/self")
                        .textValue();
                for (int page = 0; page < pages; page++) {
                    HttpResponse<String> answer = sendAgain(
                            http, request.copy().uri(URI.create(queue)).build());
                    if (answer.statusCode() == 204) {
                        return told;
                    }
                    List<String> keys = new ArrayList<>();
                    for (JsonNode item : Replica.JSON.readTree(answer.body()).get("items")) {
                        if (!UNKNOWN.contains(item.at("/meta/type").textValue())) {
                            told.add(Told.received(item));
                            keys.add(item.at("/meta/sync/ack_key").textValue());
                        }
                    }
                    if (!keys.isEmpty()) {
                        acknowledge(http, request.copy().uri(URI.create(url + "/v2/sync/ack")), keys);
                        told.add(Told.acknowledgement(keys));
                    }
                }
            } catch (IOException broken) {
                told.add(Told.breach());
            }
            return told;
        };
    }

    private static void acknowledge(HttpClient http, HttpRequest.Builder request, List<String> keys)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = sendAgain(
                http,
                request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                "{\"data\":{\"ack_keys\":" + Replica.JSON.writeValueAsString(keys) + "}}"))
                        .build());
        if (answer.statusCode() != 202) {
            throw new AssertionError("not acknowledged: " + answer.statusCode());
        }
    }

    private static HttpResponse<String> sendAgain(HttpClient http, HttpRequest request)
            throws IOException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException lost) {
            return http.send(request, BodyHandlers.ofString());
        }
    }
}
