package io.syncline.integration;

import java.io.IOException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;

/** Answers every request with what was recorded, and reaches for no network. Safe for use by many threads. */
final class RecordedUpstream implements AutoCloseable {

    private final CloseableHttpClient client;
    private volatile boolean asked;

    /** @param answer the body of an answer with the status 200 */
    RecordedUpstream(byte[] answer) {
        client = HttpClients.custom()
                .addExecInterceptorFirst("recorded", (request, scope, chain) -> {
                    asked = true;
                    BasicClassicHttpResponse response = new BasicClassicHttpResponse(200);
                    response.setEntity(new ByteArrayEntity(answer, ContentType.APPLICATION_JSON));
                    return response;
                })
                .build();
    }

    HttpClient http() {
        return client;
    }

    /** Whether anything was asked at all. */
    boolean asked() {
        return asked;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
