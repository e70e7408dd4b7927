package io.syncline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpFailuresTest {

    private TestHttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestHttpServer.serving(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/api/thing?httpMethodRestrict=POST")
                        .setBody(constant("done"))
                        .removeHeaders("*");
            }
        });
        HttpFailures.in(form("text/plain", ""))
                .and("/api/", form("text/x-api", "api "))
                .install(server.context());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersAnUnknownPathInTheFormOfItsProtocol() throws Exception {
        HttpResponse<String> api = server.send(server.request("/api/other"));
        HttpResponse<String> other = server.send(server.request("/other"));

        assertThat(api.statusCode()).isEqualTo(404);
        assertThat(api.body()).isEqualTo("api 404 There is nothing at this path");
        assertThat(api.headers().firstValue("Content-Type")).contains("text/x-api");
        assertThat(other.body()).isEqualTo("404 There is nothing at this path");
    }

    @Test
    void answersAMethodThatIsNotAllowed() throws Exception {
        HttpResponse<String> response = server.send(server.request("/api/thing"));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.body()).isEqualTo("api 405 The method is not allowed here");
        assertThat(response.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void refusesALongBodyWhetherItsLengthIsToldOrNot() throws Exception {
        HttpResponse<String> told =
                server.send(server.request("/api/thing").POST(BodyPublishers.ofByteArray(new byte[5 << 20])));
        HttpResponse<String> untold = server.send(
                server.request("/api/thing").POST(BodyPublishers.ofInputStream(() -> new Zeroes(50 << 20))));

        assertThat(told.statusCode()).isEqualTo(413);
        assertThat(told.body()).isEqualTo("api 413 The body is too long");
        assertThat(untold.statusCode()).isEqualTo(413);
    }

    private static HttpFailures.Form form(String contentType, String prefix) {
        return (status, message) -> new HttpFailures.Body(contentType, prefix + status + " " + message);
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
