package io.syncline.integration;

import java.io.IOException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * A client that many endpoints use and that none can close: camel-http closes what it was given as soon as one endpoint stops, as each does when its
 * route is replaced. Safe for use by many threads.
 */
final class SharedHttpClient implements HttpClient {

    private final HttpClient client;

    SharedHttpClient(HttpClient client) {
        this.client = client;
    }

    @Override
    @SuppressWarnings("deprecation")
    public HttpResponse execute(ClassicHttpRequest request) throws IOException {
        return client.execute(request);
    }

    @Override
    @SuppressWarnings("deprecation")
    public HttpResponse execute(ClassicHttpRequest request, HttpContext context) throws IOException {
        return client.execute(request, context);
    }

    @Override
    @SuppressWarnings("deprecation")
    public ClassicHttpResponse execute(HttpHost target, ClassicHttpRequest request) throws IOException {
        return client.execute(target, request);
    }

    @Override
    @SuppressWarnings("deprecation")
    public HttpResponse execute(HttpHost target, ClassicHttpRequest request, HttpContext context) throws IOException {
        return client.execute(target, request, context);
    }

    @Override
    public <T> T execute(ClassicHttpRequest request, HttpClientResponseHandler<? extends T> handler)
            throws IOException {
        return client.execute(request, handler);
    }

    @Override
    public <T> T execute(
            ClassicHttpRequest request, HttpContext context, HttpClientResponseHandler<? extends T> handler)
            throws IOException {
        return client.execute(request, context, handler);
    }

    @Override
    public <T> T execute(HttpHost target, ClassicHttpRequest request, HttpClientResponseHandler<? extends T> handler)
            throws IOException {
        return client.execute(target, request, handler);
    }

    @Override
    public <T> T execute(
            HttpHost target,
            ClassicHttpRequest request,
            HttpContext context,
            HttpClientResponseHandler<? extends T> handler)
            throws IOException {
        return client.execute(target, request, context, handler);
    }
}
