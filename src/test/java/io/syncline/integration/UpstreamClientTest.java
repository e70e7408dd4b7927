package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an upstream may do to the client that pulls from it. */
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UpstreamClientTest {

    private static final int MEGABYTE = 1 << 20;

    private interface Answer {
        void give(OutputStream out) throws IOException;
    }

    private ServerSocket server;
    private UpstreamClient client;
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        client = new UpstreamClient(Duration.ofSeconds(1));
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        ended.countDown();
    }

    @Test
    void readsNoHeaderWithoutAnEnd() {
        byte[] part = "a".repeat(8_192).getBytes(StandardCharsets.US_ASCII);
        answer(out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
            while (sent.addAndGet(part.length) < 64 * MEGABYTE) {
                out.write(part);
            }
        });

        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(sent.get()).isLessThan(16 * MEGABYTE);
    }

    @Test
    void readsNoHeadersWithoutAnEnd() {
        answer(out -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] header = ("X-Many: " + "a".repeat(100) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (sent.addAndGet(header.length) < 64 * MEGABYTE) {
                out.write(header);
            }
        });

        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(sent.get()).isLessThan(16 * MEGABYTE);
    }

    @Test
    void readsNoBodyWithoutAnEnd() {
        byte[] part = ("2000\r\n" + "a".repeat(8_192) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        answer(out -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!server.isClosed()) {
                out.write(part);
            }
        });

        assertThatThrownBy(this::get).isInstanceOf(AnswerTooLargeException.class);
    }

    @Test
    void waitsForNoHeadersThatComeByteByByte() {
        answer(out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            while (!server.isClosed()) {
                out.write('a');
                out.flush();
                pause();
            }
        });

        assertThatThrownBy(this::get).isInstanceOf(IOException.class).hasMessageContaining("not complete after 4 s");
    }

    @Test
    void waitsForNoBodyThatComesByteByByte() {
        answer(out -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!server.isClosed()) {
                out.write('a');
                out.flush();
                pause();
            }
        });

        assertThatThrownBy(this::get).isInstanceOf(IOException.class).hasMessageContaining("not complete after 4 s");
    }

    /** Less than what counts as silence, and no longer than the test. */
    private void pause() {
        try {
            boolean unused = ended.await(300, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int get() throws IOException {
        return client.http().execute(new HttpGet("http://127.0.0.1:" + server.getLocalPort() + "/"), response -> {
            try (InputStream body = response.getEntity().getContent()) {
                body.transferTo(OutputStream.nullOutputStream());
            }
            return response.getCode();
        });
    }

    private void answer(Answer answer) {
        Thread answering = new Thread(() -> {
            try (Socket caller = server.accept()) {
                answer.give(caller.getOutputStream());
            } catch (IOException brokenOff) {
                // By the client, as it should.
            }
        });
        answering.setDaemon(true);
        answering.start();
    }
}
