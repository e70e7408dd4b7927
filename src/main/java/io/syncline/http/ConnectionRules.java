package io.syncline.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/**
 * What HTTP asks of a connection (RFC 9112) and the server leaves undone: a version that it does not speak it answers without a body, a body in a
 * transfer coding that it does not know it takes for no body and what follows for the next request, and what it says to a body that
 * cannot be read to its end is lost when it closes the connection. Safe for use by many connections.
 */
@ChannelHandler.Sharable
final class ConnectionRules extends ChannelDuplexHandler {

    /** The major version is not the one that is spoken here; to be answered with 505. */
    static final class UnknownVersionException extends RuntimeException {

        UnknownVersionException() {
            super(null, null, false, false);
        }
    }

    private static final int MAJOR = HttpVersion.HTTP_1_1.majorVersion();

    /** Holds a connection to the rules, from before its first request. */
    void guard(HttpConnection connection) {
        // The server offers no other way to its connections' bytes.
        ChannelHandlerContext server = ((ConnectionBase) connection).channelHandlerContext();
        server.pipeline().addBefore(server.name(), "rules", this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            check(request);
        }
        context.fireChannelRead(message);
    }

    private static void check(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != MAJOR) {
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            request.setDecoderResult(DecoderResult.failure(new UnknownVersionException()));
        } else if (version.minorVersion() > HttpVersion.HTTP_1_1.minorVersion()) {
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
        }
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty() && !isChunkedAlone(codings)) {
            request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("unknown transfer coding")));
        }
    }

    private static boolean isChunkedAlone(List<String> codings) {
        return codings.size() == 1
                && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                        codings.get(0).strip());
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) throws Exception {
        context.flush();
        super.close(context, promise);
    }
}
