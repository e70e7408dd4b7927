package io.syncline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnmatchedRequestsTest {

    private TestHttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestHttpServer.serving(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("platform-http:/api/thing?httpMethodRestrict=POST").setBody(constant("done"));
                        from("platform-http:/other?httpMethodRestrict=POST").setBody(constant("done"));
                    }
                },
                Map.of(
                        "/other",
                        error -> new UnmatchedRequests.Refusal(
                                Map.of("X-Own", "yes"), error.status() + " in its own form")),
                request -> {
                    if (request.headers("Authorization").isEmpty()) {
                        throw new ApiException(401, "UNAUTHENTICATED", "Who is there?");
                    }
                });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersAnUnknownPath() throws Exception {
        HttpResponse<String> response = server.send(server.request("/api/other"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("NOT_FOUND");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void answersAMethodThatIsNotAllowed() throws Exception {
        HttpResponse<String> response = server.send(server.request("/api/thing"));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void refusesALongBodyWhetherItsLengthIsToldOrNot() throws Exception {
        HttpResponse<String> told =
                server.send(known("/api/thing").POST(BodyPublishers.ofByteArray(new byte[5 << 20])));
        HttpResponse<String> untold =
                server.send(known("/api/thing").POST(BodyPublishers.ofInputStream(() -> new Zeroes(50 << 20))));

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).contains("PAYLOAD_TOO_LARGE");
        assertThat(untold.statusCode()).isEqualTo(413);
    }

    @Test
    void readsALongBodyOnlyOfWhomTheDoormanKnows() throws Exception {
        assertThat(server.send(server.request("/api/thing").POST(BodyPublishers.ofByteArray(new byte[100_000])))
                        .body())
                .contains("UNAUTHENTICATED");
        assertThat(server.send(server.request("/other").POST(BodyPublishers.ofInputStream(() -> new Zeroes(100_000))))
                        .body())
                .isEqualTo("401 in its own form");
        assertThat(server.send(known("/api/thing").POST(BodyPublishers.ofByteArray(new byte[100_000])))
                        .body())
                .isEqualTo("done");
        assertThat(server.send(server.request("/api/thing").POST(BodyPublishers.ofByteArray(new byte[1_000])))
                        .body())
                .isEqualTo("done");
    }

    @Test
    void answersInTheFormOfAProtocolThatHasOne() throws Exception {
        HttpResponse<String> response =
                server.send(known("/other").POST(BodyPublishers.ofByteArray(new byte[5 << 20])));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).isEqualTo("413 in its own form");
        assertThat(response.headers().firstValue("X-Own")).contains("yes");
        assertThat(server.send(server.request("/other/unknown")).body()).isEqualTo("404 in its own form");
    }

    @Test
    void answersWhatIsTooLongToBeRead() throws Exception {
        String tooLong = "?" + "a".repeat(1_000_000) + " HTTP/1.1\r\nHost: x\r\n\r\n";
        String before = "POST /api/thing HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + "b".repeat(100);
        assertThat(Wire.exchange(server.port(), "GET /api/thing" + tooLong))
                .contains(" 414 ")
                .contains("\"code\":\"URI_TOO_LONG\"");
        assertThat(Wire.exchange(server.port(), "GET /other" + tooLong)).endsWith("414 in its own form");
        assertThat(Wire.exchange(server.port(), before, "GET /other" + tooLong)).endsWith("414 in its own form");
        assertThat(Wire.exchange(
                        server.port(), "GET /api/thing HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
                .contains(" 431 ")
                .contains("\"code\":\"HEADERS_TOO_LARGE\"");
        assertThat(Wire.exchange(
                        server.port(), "GET /other HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
                .endsWith("431 in its own form");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HELLO\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET /api/thing\r\nX: y HTTP/1.1\r\n\r\n",
                "GET /api/thing HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n",
                "POST /api/thing HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                "POST /api/thing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "POST /api/thing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nGET /api/thing HTTP/1.1\r\n\r\n",
                "POST /api/thing HTTP/1.1\r\nHost: x\r\nAuthorization: y\r\nTransfer-Encoding: chunked\r\n\r\nHELLO\r\nabc\r\n0\r\n\r\n",
                "POST /api/thing HTTP/1.1\r\nHost: x\r\nAuthorization: y\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdefgh\r\n0\r\n\r\n",
            })
    void answersOnceWhatIsNoHttp(String request) throws Exception {
        assertThat(Wire.exchange(server.port(), request))
                .containsPattern("^HTTP/1\\.[01] (400|505) ")
                .containsOnlyOnce("\"success\":false")
                .containsOnlyOnce("content-length")
                .doesNotContain("Exception");
    }

    @Test
    void saysInTheFormOfTheProtocolWhatIsWrongAboutABodyInChunks() throws Exception {
        String head = "POST /other HTTP/1.1\r\nHost: x\r\nAuthorization: y\r\nTransfer-Encoding: chunked\r\n\r\n";

        assertThat(Wire.exchange(server.port(), head + "3\r\nabc\r\nno length\r\n"))
                .endsWith("400 in its own form");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/9.9", "HTTP/2.0", "HTTP/0.9"})
    void saysThatItDoesNotSpeakAVersion(String version) throws Exception {
        assertThat(Wire.exchange(server.port(), "GET /other " + version + "\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 505 ")
                .endsWith("505 in its own form");
    }

    @Test
    void speaksToANewerMinorVersionAsItSpeaks() throws Exception {
        assertThat(Wire.exchange(
                        server.port(),
                        "POST /api/thing HTTP/1.2\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void readsAQueryOfSomeLength() throws Exception {
        assertThat(server.send(known("/api/thing?" + "a".repeat(20_000)).POST(BodyPublishers.noBody()))
                        .body())
                .isEqualTo("done");
    }

    private HttpRequest.Builder known(String path) {
        return server.request(path).header("Authorization", "somebody");
    }

    /** So many zeroes, held nowhere. */
    private static final class Zeroes extends InputStream {

        private int left;

        Zeroes(int count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            int count = Math.min(length, left);
            left -= count;
            return count == 0 ? -1 : count;
        }
    }
}
