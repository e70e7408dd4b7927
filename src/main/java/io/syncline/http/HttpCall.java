package io.syncline.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.DefaultMessage;

/**
 * One HTTP request and its response as the wire has them, over a {@code platform-http} exchange.
 *
 * <p>Camel merges query parameters and headers into one map, so that {@code ?Accept=...} would be taken for a header, and
 * echoes that map in the response. Here a header is a header, a parameter is a parameter, and a response holds only what it is
 * given. For use by the one thread that processes the exchange.
 */
public final class HttpCall implements RequestHead {

    private final Exchange exchange;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final String normalizedPath;

    private HttpCall(Exchange exchange, HttpServerRequest request, HttpServerResponse response) {
        this.exchange = exchange;
        this.request = request;
        this.response = response;
        // Of Camel's own headers clients can send none.
        this.normalizedPath = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
    }

    /**
     * The call that an exchange came in by.
     *
     * @throws IllegalStateException if it did not come in by HTTP
     */
    public static HttpCall of(Exchange exchange) {
        if (exchange.getMessage() instanceof HttpMessage message) {
            return new HttpCall(exchange, message.getRequest(), message.getResponse());
        }
        throw new IllegalStateException("not an exchange of a platform-http endpoint");
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String path() {
        return request.path();
    }

    /** The path by which the route was found: without dots and doubled slashes, and with what need not be percent-encoded decoded. */
    public String normalizedPath() {
        return normalizedPath;
    }

    @Override
    public String remoteAddress() {
        return request.remoteAddress().hostAddress();
    }

    /** The first header of this name, whatever its case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    /** What follows the question mark, still percent-encoded; empty where there is no question mark. */
    public Optional<String> rawQuery() {
        return Optional.ofNullable(request.query());
    }

    /**
     * The query's parameters by name, in the order sent.
     *
     * @throws MalformedRequestException if the percent-encoding is broken or does not give UTF-8
     */
    public Map<String, List<String>> parameters() {
        String query = request.query();
        return query == null ? Map.of() : QueryString.parse(query);
    }

    /**
     * The request's body; of no length where there is none.
     *
     * @param limit the most bytes accepted
     * @throws BodyTooLargeException if there are more
     */
    public byte[] body(int limit) {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof Buffer buffer) {
            if (buffer.length() > limit) {
                throw new BodyTooLargeException(limit);
            }
            return buffer.getBytes();
        }
        byte[] bytes = exchange.getMessage().getBody(byte[].class);
        if (bytes == null) {
            return new byte[0];
        }
        if (bytes.length > limit) {
            throw new BodyTooLargeException(limit);
        }
        return bytes;
    }

    /** Answers without a body. */
    public void respond(int status, Map<String, String> headers) {
        headers.forEach(response::putHeader);
        DefaultMessage message = new DefaultMessage(exchange);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        if (status != 204 && status != 304) {
            // These have no body by definition; of others the endpoint would send none in chunks, where some clients
            // see one.
            message.setBody(ByteBuffer.allocate(0));
        }
        exchange.setMessage(message);
    }

    /** Answers with a body that is not to be modified afterwards. */
    public void respond(int status, String contentType, Map<String, String> headers, byte[] body) {
        respond(status, contentType, headers, ByteBuffer.wrap(body));
    }

    /** Answers with what remains of a buffer that is not to be modified afterwards. */
    public void respond(int status, String contentType, Map<String, String> headers, ByteBuffer body) {
        respond(status, headers);
        // Sent from here: the endpoint would copy it, on the thread that all connections share.
        response.putHeader("Content-Type", contentType).setStatusCode(status).end(wrapped(body));
    }

    @SuppressWarnings("deprecation") // There is no other way to make one without a copy.
    private static Buffer wrapped(ByteBuffer body) {
        return Buffer.buffer(Unpooled.wrappedBuffer(body));
    }
}
