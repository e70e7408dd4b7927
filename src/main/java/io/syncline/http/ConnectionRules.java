package io.syncline.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What HTTP asks of a connection (RFC 9112) and the server leaves undone: a version that it does not speak it answers without a body, a body in a
 * transfer coding that it does not know it takes for no body and what follows for the next request, and what it says to a body that
 * cannot be read to its end is lost when it closes the connection. Of a request line that is too long it forgets the path, whose protocol the
 * answer is to be in. For one connection.
 */
final class ConnectionRules extends ChannelDuplexHandler {

    /** The major version is not the one that is spoken here; to be answered with 505. */
    static final class UnknownVersionException extends RuntimeException {

        UnknownVersionException() {
            super(null, null, false, false);
        }
    }

    private static final int MAJOR = HttpVersion.HTTP_1_1.majorVersion();

    /** The first bytes of a request as they came, enough for its method and where its path begins; of requests sent in one go, of the first. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {

        private final byte[] kept = new byte[64];
        private int count;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (count < kept.length && message instanceof ByteBuf bytes) {
                int more = Math.min(kept.length - count, bytes.readableBytes());
                bytes.getBytes(bytes.readerIndex(), kept, count, more);
                count += more;
            }
            context.fireChannelRead(message);
        }

        void requestEnded() {
            count = 0;
        }

        /** Empty where there is none. */
        String path() {
            String[] words = new String(kept, 0, count, StandardCharsets.ISO_8859_1).split(" ", 3);
            return words.length < 2 ? "" : words[1].split("\\?", 2)[0];
        }
    }

    private final FirstBytes firstBytes = new FirstBytes();

    /** Holds a connection to the rules, from before its first request. */
    static void guard(HttpConnection connection) {
        // The server offers no other way to its connections' bytes.
        ChannelHandlerContext server = ((ConnectionBase) connection).channelHandlerContext();
        ConnectionRules rules = new ConnectionRules();
        ChannelPipeline pipeline = server.pipeline();
        pipeline.addFirst("first-bytes", rules.firstBytes);
        pipeline.addBefore(server.name(), "rules", rules);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            if (request.decoderResult().isSuccess()) {
                check(request);
            } else if (request.decoderResult().cause() instanceof TooLongHttpLineException) {
                request.setUri(firstBytes.path());
            }
        }
        if (message instanceof LastHttpContent) {
            firstBytes.requestEnded();
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
