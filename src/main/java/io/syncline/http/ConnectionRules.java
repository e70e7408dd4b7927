package io.syncline.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What HTTP asks of a connection (RFC 9112) and the server leaves undone: a version that it does not speak it answers without a body, a body in a
 * transfer coding that it does not know it takes for no body and what follows for the next request, and what it says to a body that
 * cannot be read to its end is lost when it closes the connection. Of a request line that is too long it forgets the path, whose protocol the
 * answer is to be in. For as long as a client likes it waits for the rest of a request. For one connection.
 */
final class ConnectionRules extends ChannelDuplexHandler {

    /** The major version is not the one that is spoken here; to be answered with 505. */
    static final class UnknownVersionException extends RuntimeException {

        UnknownVersionException() {
            super(null, null, false, false);
        }
    }

    private static final int SECONDS_TO_READ_A_REFUSAL = 2;
    private static final int MAJOR = HttpVersion.HTTP_1_1.majorVersion();

    /** There is no room for the body; to be answered with 503. */
    static final class NoRoomException extends RuntimeException {

        NoRoomException() {
            super(null, null, false, false);
        }
    }

    /** The request took too long to arrive; to be answered with 408. */
    static final class LateException extends RuntimeException {

        LateException() {
            super(null, null, false, false);
        }
    }

    /** The first bytes of a request as they came, enough for its method and where its path begins; of requests sent in one go, of the first. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {

        private final Connection connection;
        private final byte[] kept = new byte[64];
        private int count;

        FirstBytes(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (count < kept.length && message instanceof ByteBuf bytes) {
                int more = Math.min(kept.length - count, bytes.readableBytes());
                bytes.getBytes(bytes.readerIndex(), kept, count, more);
                count += more;
                connection.bytesCame();
            }
            context.fireChannelRead(message);
        }

        void requestEnded() {
            count = 0;
        }

        boolean isEmpty() {
            return count == 0;
        }

        /** Empty where there is none. */
        String path() {
            String[] words = new String(kept, 0, count, StandardCharsets.ISO_8859_1).split(" ", 3);
            return words.length < 2 ? "" : words[1].split("\\?", 2)[0];
        }
    }

    private final Connection connection;
    private final FirstBytes firstBytes;
    /** Nothing more is read that comes: it could be taken for anything. */
    private boolean deaf;

    private ConnectionRules(Connection connection) {
        this.connection = connection;
        this.firstBytes = new FirstBytes(connection);
    }

    /** Holds a connection to the rules, from before its first request, or ends it where there are too many. */
    static void guard(HttpConnection client, Connections all) {
        // The server offers no other way to its connections' bytes.
        ChannelHandlerContext server = ((ConnectionBase) client).channelHandlerContext();
        Channel channel = server.channel();
        Connection connection = new Connection(channel, all);
        if (!all.admit(connection)) {
            connection.close();
            return;
        }
        channel.closeFuture().addListener(closed -> all.left(connection));
        ConnectionRules rules = new ConnectionRules(connection);
        ChannelPipeline pipeline = server.pipeline();
        pipeline.addFirst("first-bytes", rules.firstBytes);
        pipeline.addBefore(server.name(), "rules", rules);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (deaf) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            connection.requestBegan();
            if (request.decoderResult().isSuccess()) {
                check(request);
            } else if (request.decoderResult().cause() instanceof TooLongHttpLineException) {
                request.setUri(firstBytes.path());
            }
            deaf = request.decoderResult().isFailure();
        }
        if (message instanceof HttpContent part
                && !connection.bodyCame(part.content().readableBytes())) {
            ReferenceCountUtil.release(message);
            deaf = true;
            endBody(context, new NoRoomException());
            return;
        }
        if (message instanceof LastHttpContent) {
            firstBytes.requestEnded();
            connection.requestEnded();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof LastHttpContent && !isInformational(message)) {
            connection.answered(!firstBytes.isEmpty());
        }
        super.write(context, message, promise);
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event == Connection.LATE) {
            deaf = true;
            endLate(context);
        } else {
            super.userEventTriggered(context, event);
        }
    }

    /** As if the part that has not come could not be read, which the server answers and then ends the connection. */
    private void endLate(ChannelHandlerContext context) {
        if (connection.stage() == Connection.Stage.BODY) {
            endBody(context, new LateException());
        } else if (firstBytes.isEmpty()) {
            connection.close();
        } else {
            end(
                    context,
                    new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, firstBytes.path()),
                    new LateException());
        }
    }

    private static void endBody(ChannelHandlerContext context, RuntimeException because) {
        end(context, new DefaultLastHttpContent(), because);
    }

    private static void end(ChannelHandlerContext context, HttpObject missing, RuntimeException because) {
        missing.setDecoderResult(DecoderResult.failure(because));
        context.fireChannelRead(missing);
        context.fireChannelReadComplete();
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
        if (deaf && context.channel() instanceof SocketChannel channel && channel.isActive()) {
            // Closed while bytes come in, it would be reset, and the client might see that before the answer.
            ChannelFuture unusedEnd = channel.shutdownOutput();
            ScheduledFuture<?> unused = context.executor()
                    .schedule(() -> reallyClose(context, promise), SECONDS_TO_READ_A_REFUSAL, TimeUnit.SECONDS);
        } else {
            super.close(context, promise);
        }
    }

    private static void reallyClose(ChannelHandlerContext context, ChannelPromise promise) {
        ChannelFuture unused = context.close(promise);
    }
}
