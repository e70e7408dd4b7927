package io.syncline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpCallTest {

    private TestHttpServer server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tellsHeadersFromParametersOfTheSameName() throws Exception {
        serve(call -> call.header("Accept").orElse("none") + " " + call.parameters());

        assertThat(get("/x?Accept=text/html&Accept=b+c%C3%A9")).isEqualTo("none {Accept=[text/html, b cé]}");
    }

    @Test
    void refusesABrokenPercentEncoding() throws Exception {
        serve(call -> {
            try {
                return call.parameters().toString();
            } catch (MalformedRequestException e) {
                return e.getMessage();
            }
        });

        assertThat(get("/x?a=%FF")).isEqualTo("The query is not UTF-8");
    }

    @Test
    void takesNoParameterForAHeader() throws Exception {
        serve(call -> call.header("Authorization").orElse("none"));

        assertThat(server.send(server.request("/x").header("authorization", "Bearer abc"))
                        .body())
                .isEqualTo("Bearer abc");
        assertThat(get("/x?Authorization=Bearer+abc")).isEqualTo("none");
    }

    @Test
    void bindsTheBody() throws Exception {
        serve(call -> {
            try {
                return new String(call.body(3), StandardCharsets.UTF_8);
            } catch (BodyTooLargeException e) {
                return e.getMessage();
            }
        });

        assertThat(post("abc")).isEqualTo("abc");
        assertThat(post("abcd")).isEqualTo("The body is longer than 3 bytes");
        assertThat(get("/x")).isEmpty();
    }

    @Test
    void echoesNothingOfTheRequest() throws Exception {
        serve(call -> "x");

        HttpResponse<String> response =
                server.send(server.request("/x?secret=1").header("X-Mine", "2"));

        assertThat(response.headers().map()).containsOnlyKeys("content-type", "content-length", "x-ours");
        assertThat(response.statusCode()).isEqualTo(202);
    }

    private interface Answer {
        String to(HttpCall call);
    }

    private void serve(Answer answer) throws Exception {
        Processor processor = (Exchange exchange) -> {
            HttpCall call = HttpCall.of(exchange);
            byte[] body = answer.to(call).getBytes(StandardCharsets.UTF_8);
            call.respond(202, "text/plain; charset=utf-8", Map.of("X-Ours", "1"), body);
        };
        server = TestHttpServer.serving(new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/x").process(processor);
            }
        });
    }

    private String get(String pathAndQuery) throws Exception {
        return server.send(server.request(pathAndQuery)).body();
    }

    private String post(String body) throws Exception {
        return server.send(server.request("/x").POST(BodyPublishers.ofString(body)))
                .body();
    }
}
