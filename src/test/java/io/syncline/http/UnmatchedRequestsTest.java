package io.syncline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.CamelContextHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnmatchedRequestsTest {

    private TestHttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestHttpServer.serving(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/api/thing?httpMethodRestrict=POST").setBody(constant("done"));
                from("platform-http:/other?httpMethodRestrict=POST").setBody(constant("done"));
            }
        });
        UnmatchedRequests.answerOn(
                CamelContextHelper.findSingleByType(server.context(), VertxPlatformHttpRouter.class),
                Map.of(
                        "/other",
                        error -> new UnmatchedRequests.Refusal(
                                Map.of("X-Own", "yes"), error.status() + " in its own form")));
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
                server.send(server.request("/api/thing").POST(BodyPublishers.ofByteArray(new byte[5 << 20])));
        HttpResponse<String> untold = server.send(
                server.request("/api/thing").POST(BodyPublishers.ofInputStream(() -> new Zeroes(50 << 20))));

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).contains("PAYLOAD_TOO_LARGE");
        assertThat(untold.statusCode()).isEqualTo(413);
    }

    @Test
    void answersInTheFormOfAProtocolThatHasOne() throws Exception {
        HttpResponse<String> response =
                server.send(server.request("/other").POST(BodyPublishers.ofByteArray(new byte[5 << 20])));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(response.body()).isEqualTo("413 in its own form");
        assertThat(response.headers().firstValue("X-Own")).contains("yes");
        assertThat(server.send(server.request("/other/unknown")).body()).isEqualTo("404 in its own form");
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
