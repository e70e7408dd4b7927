package io.syncline.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server bears of clients that hold connections, send slowly or not at all, and leave answers unread. Its clock is hurried where that harms nobody. */
class ConnectionsTest {

    private static final Duration ONE_SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);
    private static final int MEGABYTE = 1 << 20;
    private static final int PATIENCE_MILLIS = 20_000;
    /** In which the server does what is to be done at once. */
    private static final int SOON_MILLIS = 100;

    private static final String ASK = "GET /api/short HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String ASK_LONG = "GET /api/long HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String ASK_SLOW = "GET /api/slow HTTP/1.1\r\nHost: x\r\n\r\n";

    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch slow = new CountDownLatch(1);
    private TestHttpServer server;

    private void serve(int most, Duration idle, Duration request, Duration answer, long unread) throws Exception {
        serve(new ConnectionLimits(most, idle, request, answer, unread, Long.MAX_VALUE));
    }

    private void serve(ConnectionLimits limits) throws Exception {
        server = TestHttpServer.serving(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("platform-http:/api/short").setBody(constant("done"));
                        from("platform-http:/api/long").process(exchange -> {
                            made.incrementAndGet();
                            HttpCall.of(exchange).respond(200, "text/plain", Map.of(), new byte[8 * MEGABYTE]);
                        });
                        from("platform-http:/api/slow").process(this::answerLate);
                        from("platform-http:/other").setBody(constant("done"));
                    }

                    private void answerLate(Exchange exchange) throws InterruptedException {
                        made.incrementAndGet();
                        slow.await();
                        exchange.getMessage().setBody("done");
                    }
                },
                Map.of("/other", error -> new UnmatchedRequests.Refusal(Map.of(), error.status() + " in its own form")),
                head -> {},
                limits);
    }

    @AfterEach
    void stop() throws Exception {
        slow.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @Test
    void endsARequestWhoseHeadDoesNotArrive() throws Exception {
        serve(10, LONG, ONE_SECOND, LONG, Long.MAX_VALUE);
        Socket api = connected("GET /api/short?");
        Socket other = connected("GET /other HTTP/1.1\r\nX: ");

        assertThat(trickled(api, "x")).startsWith("HTTP/1.1 408 ").contains("\"code\":\"REQUEST_TIMEOUT\"");
        assertThat(trickled(other, "x")).startsWith("HTTP/1.1 408 ").endsWith("408 in its own form");
        assertThat(server.ended(ConnectionEnd.SLOW_REQUEST)).isEqualTo(2);
    }

    @Test
    void endsARequestWhoseBodyDoesNotArrive() throws Exception {
        serve(10, LONG, ONE_SECOND, LONG, Long.MAX_VALUE);
        Socket told = connected("POST /api/short HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
        Socket untold = connected("POST /other HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");

        assertThat(trickled(told, "x")).startsWith("HTTP/1.1 408 ").contains("\"code\":\"REQUEST_TIMEOUT\"");
        assertThat(trickled(untold, "1\r\nx\r\n")).startsWith("HTTP/1.1 408 ").endsWith("408 in its own form");
    }

    /** Each is kept in memory until its route has it. What a client only says that it will send takes no room. */
    @Test
    void readsNoMoreOfLongBodiesAtATimeThanItHasRoomFor() throws Exception {
        serve(new ConnectionLimits(1_000, LONG, LONG, LONG, Long.MAX_VALUE, MEGABYTE));
        String head = "POST /api/short HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
        String told = head + "Content-Length: " + MEGABYTE + "\r\n\r\n";
        String half = "x".repeat(MEGABYTE / 2);
        String chunk = Integer.toHexString(MEGABYTE / 2) + "\r\n" + half + "\r\n";
        String chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n";
        for (int silent = 0; silent < 3; silent++) {
            connected(told);
        }
        assertThat(Wire.exchange(server.port(), chunked)).startsWith("HTTP/1.1 200 ");

        List<Socket> sending = new ArrayList<>();
        String refused = awaitThat(
                () -> {
                    // One more each time, since any of those that are sending may be refused.
                    sending.add(connected(told + "x".repeat(MEGABYTE / 3)));
                    return Wire.exchange(server.port(), chunked);
                },
                answer -> !answer.startsWith("HTTP/1.1 200 "));

        assertThat(refused)
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After: ", "\"code\":\"TEMPORARILY_UNAVAILABLE\"");
        assertThat(Wire.exchange(server.port(), told + half)).startsWith("HTTP/1.1 503 ");
        assertThat(Wire.exchange(server.port(), chunked.replace("/api/short", "/other")))
                .endsWith("503 in its own form");
        String few = head + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
        assertThat(Wire.exchange(server.port(), few)).startsWith("HTTP/1.1 200 ");

        for (Socket socket : sending) {
            socket.close();
        }
        awaitThat(() -> Wire.exchange(server.port(), chunked), answer -> answer.startsWith("HTTP/1.1 200 "));
    }

    /** However long it is: there is a bound to that elsewhere. */
    @Test
    void readsALongBodyThatComesAlone() throws Exception {
        serve(new ConnectionLimits(10, LONG, LONG, LONG, Long.MAX_VALUE, 1));
        String one = "POST /api/short HTTP/1.1\r\nHost: x\r\nContent-Length: " + MEGABYTE + "\r\n\r\n"
                + "x".repeat(MEGABYTE);

        InputStream answer = connected(one).getInputStream();
        assertThat(new String(answer.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
        // Nothing of the one before is left, though its client stays.
        assertThat(Wire.exchange(server.port(), one.replace("Host: x", "Host: x\r\nConnection: close")))
                .startsWith("HTTP/1.1 200 ");
    }

    private static String awaitThat(Callable<String> asked, Predicate<String> answer) {
        return Waiting.until("the answer", () -> {
            try {
                return Optional.of(asked.call()).filter(answer);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void closesAConnectionOnWhichNothingIsSent() throws Exception {
        serve(10, LONG, ONE_SECOND, LONG, Long.MAX_VALUE);

        assertThat(restAsTimePasses(connected(""))).isEmpty();
    }

    @Test
    void closesAConnectionThatIsNotUsedAgain() throws Exception {
        serve(10, ONE_SECOND, LONG, LONG, Long.MAX_VALUE);

        assertThat(restAsTimePasses(connected(ASK))).startsWith("HTTP/1.1 200 ").contains("done");
        assertThat(server.ended(ConnectionEnd.IDLE)).isEqualTo(1);
        await("the end of the connection", () -> server.connections() == 0);
    }

    @Test
    void hasPatienceWithARequestThatItTakesLongToAnswer() throws Exception {
        serve(10, ONE_SECOND, ONE_SECOND, ONE_SECOND, Long.MAX_VALUE);
        Socket waiting = connected(ASK_SLOW);

        // By its end others would have had their time.
        rest(connected(ASK));
        slow.countDown();

        assertThat(rest(waiting)).startsWith("HTTP/1.1 200 ").contains("done");
    }

    @Test
    void makesRoomByWhatHasWaitedLongest() throws Exception {
        serve(3, LONG, LONG, LONG, Long.MAX_VALUE);
        Socket working = connected(ASK_SLOW);
        await("the slow answers", () -> made.get() == 1);
        Socket idle = connected(ASK);
        assertThat(answer(idle)).startsWith("HTTP/1.1 200 ");
        Socket dribbling = connected("GET /api/short");

        // Who waits is known at the next turn of the server's clock.
        awaitAsTimePasses("room", () -> isAnswered(ASK));

        assertThat(rest(dribbling)).isEmpty();
        assertThat(server.ended(ConnectionEnd.REPLACED)).isPositive();
        slow.countDown();
        assertThat(answer(working)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void makesRoomByABodyThatDoesNotCome() throws Exception {
        serve(2, LONG, LONG, LONG, Long.MAX_VALUE);
        for (int client = 0; client < 2; client++) {
            connected("POST /api/short HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx");
        }

        awaitAsTimePasses("room", () -> isAnswered(ASK));
    }

    @Test
    void takesNoMoreThanThereMayBe() throws Exception {
        serve(2, LONG, LONG, LONG, Long.MAX_VALUE);
        Socket first = connected(ASK_SLOW);
        Socket second = connected(ASK_SLOW);
        await("the slow answers", () -> made.get() == 2);

        for (int more = 0; more < 50; more++) {
            assertThat(rest(connected(""))).isEmpty();
        }

        assertThat(server.ended(ConnectionEnd.REFUSED)).isEqualTo(50);
        slow.countDown();
        assertThat(answer(first)).startsWith("HTTP/1.1 200 ");
        assertThat(answer(second)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void endsAConnectionWhoseAnswerIsNotTaken() throws Exception {
        serve(10, LONG, LONG, ONE_SECOND, Long.MAX_VALUE);
        connected(ASK_LONG);

        awaitAsTimePasses("its end", () -> server.ended(ConnectionEnd.UNREAD_ANSWER) == 1);
        await("the end of the connection", () -> server.connections() == 0);
    }

    @Test
    void hasPatienceWithAClientThatReadsSlowly() throws Exception {
        serve(10, ONE_SECOND, ONE_SECOND, ONE_SECOND.multipliedBy(3), Long.MAX_VALUE);
        Socket reading = connected(ASK_LONG);

        assertThat(readSlowly(reading, 700 * 1024, Duration.ofMillis(500))).isGreaterThan(8 * MEGABYTE);
        assertThat(server.ended(ConnectionEnd.UNREAD_ANSWER)).isZero();
    }

    @Test
    void endsConnectionsWhenTooMuchIsLeftUnread() throws Exception {
        serve(10, LONG, LONG, LONG, 12 * MEGABYTE);
        for (int client = 0; client < 4; client++) {
            connected(ASK_LONG);
        }

        awaitAsTimePasses("the end of those that are too many", () -> server.ended(ConnectionEnd.UNREAD_ANSWER) >= 2);
        assertThat(answer(connected(ASK))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void makesNoAnswerAheadOfOneThatIsNotTaken() throws Exception {
        serve(10, LONG, LONG, LONG, Long.MAX_VALUE);
        Socket ahead = connected(ASK_LONG.repeat(20) + ASK.replace("Host", "Connection: close\r\nHost"));

        assertThat(answer(connected(ASK_LONG))).startsWith("HTTP/1.1 200 ");
        assertThat(made.get()).isLessThan(10);
        long length = ahead.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(length).isGreaterThan(20L * 8 * MEGABYTE);
        assertThat(made.get()).isEqualTo(21);
    }

    @Test
    void endsAConnectionWithMoreRequestsAheadThanAnyClientSends() throws Exception {
        serve(10, LONG, LONG, LONG, Long.MAX_VALUE);

        assertThat(rest(connected(ASK.repeat(99) + ASK.replace("Host", "Connection: close\r\nHost")))
                        .split("HTTP/1.1 200 ", -1))
                .hasSize(101);
        connected(ASK_SLOW + ASK.repeat(200));

        await("its end", () -> server.ended(ConnectionEnd.TOO_MANY_AHEAD) == 1);
    }

    private Socket connected(String sent) throws IOException {
        Socket socket = new Socket();
        // Small, so that what is not read stays with the server.
        socket.setReceiveBufferSize(16 * 1024);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
        sockets.add(socket);
        return socket;
    }

    private static void await(String what, BooleanSupplier condition) {
        Waiting.until(what, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    private void awaitAsTimePasses(String what, BooleanSupplier condition) {
        await(what, () -> {
            server.passSecond();
            return condition.getAsBoolean();
        });
    }

    private boolean isAnswered(String request) {
        try {
            return answer(connected(request)).startsWith("HTTP/1.1 200 ");
        } catch (IOException refused) {
            return false;
        }
    }

    /** The first bytes of an answer. */
    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes("HTTP/1.1 200 ".length()), StandardCharsets.US_ASCII);
    }

    /** What the server says until it closes the connection. */
    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** The same, while time passes and, until it says something, more is sent a little at a time. */
    private String trickled(Socket socket, String piece) throws IOException {
        StringBuilder said = new StringBuilder();
        socket.setSoTimeout(SOON_MILLIS);
        while (true) {
            try {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return said.toString();
                }
                said.append((char) next);
            } catch (SocketTimeoutException nothingYet) {
                if (said.isEmpty()) {
                    socket.getOutputStream().write(piece.getBytes(StandardCharsets.US_ASCII));
                }
                server.passSecond();
            }
        }
    }

    private String restAsTimePasses(Socket socket) throws IOException {
        return trickled(socket, "");
    }

    /** Reads a piece at a time until all of the long answer is there, and says how much that was. */
    private static long readSlowly(Socket socket, int piece, Duration pause) throws Exception {
        CompletableFuture<Long> read = new CompletableFuture<>();
        ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
        InputStream input = socket.getInputStream();
        long[] length = {0};
        try {
            ScheduledFuture<?> unused = reader.scheduleWithFixedDelay(
                    () -> {
                        try {
                            int count = input.readNBytes(piece).length;
                            length[0] += count;
                            if (count < piece) {
                                read.complete(length[0]);
                            }
                        } catch (IOException broken) {
                            read.completeExceptionally(broken);
                        }
                    },
                    0,
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
            return read.get(60, TimeUnit.SECONDS);
        } finally {
            reader.shutdownNow();
        }
    }
}
