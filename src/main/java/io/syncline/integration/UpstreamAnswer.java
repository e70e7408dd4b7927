package io.syncline.integration;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/** Gives every answer a body, if an empty one, and bounds what is read of it, in bytes and in time, its headers among it. */
final class UpstreamAnswer implements ExecChainHandler, AutoCloseable {

    static final int MOST_BYTES = 64 * 1024 * 1024;

    private final Duration longest;

    /** Threads that have ended are forgotten. */
    private final Map<Thread, Cancellable> calls = Collections.synchronizedMap(new WeakHashMap<>());

    /** Breaks off calls whose headers do not come to an end; what comes byte by byte is never silent. */
    private final ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "syncline-upstream");
        thread.setDaemon(true);
        return thread;
    });

    UpstreamAnswer(Duration longest) {
        this.longest = longest;
        watch.setRemoveOnCancelPolicy(true);
    }

    /** Breaks off what a thread waits for, if it does. */
    void abort(Thread thread) {
        Cancellable call = calls.get(thread);
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        long deadline = System.nanoTime() + longest.toNanos();
        ClassicHttpResponse response;
        Runnable breakOff = () -> {};
        if (scope.originalRequest instanceof Cancellable call) {
            // Until the thread's next call, for the body is read after this returns; to cancel what is over does
            // nothing.
            calls.put(Thread.currentThread(), call);
            breakOff = call::cancel;
            ScheduledFuture<?> overdue = watch.schedule(call::cancel, longest.toMillis(), TimeUnit.MILLISECONDS);
            try {
                response = chain.proceed(request, scope);
            } catch (IOException brokenOff) {
                throw isOver(deadline) ? tooSlow(longest, brokenOff) : brokenOff;
            } finally {
                overdue.cancel(false);
            }
        } else {
            response = chain.proceed(request, scope);
        }
        HttpEntity entity = response.getEntity();
        // camel-graphql reads the body of any answer, also of one that has none, such as a 204.
        response.setEntity(
                entity == null
                        ? new ByteArrayEntity(new byte[0], null)
                        : new Bounded(entity, deadline, longest, breakOff));
        return response;
    }

    private static boolean isOver(long deadline) {
        return System.nanoTime() - deadline >= 0;
    }

    private static IOException tooSlow(Duration longest, IOException cause) {
        return new IOException("the answer was not complete after " + longest.toSeconds() + " s", cause);
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private static final class Bounded extends HttpEntityWrapper {

        private final long deadline;
        private final Duration longest;
        /** Else what is left would be read all the same, when the body is closed. */
        private final Runnable breakOff;

        Bounded(HttpEntity entity, long deadline, Duration longest, Runnable breakOff) {
            super(entity);
            this.deadline = deadline;
            this.longest = longest;
            this.breakOff = breakOff;
        }

        @Override
        public String getContentType() {
            String declared = super.getContentType();
            return declared == null ? "application/json; charset=utf-8" : declared;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent());
        }

        private final class BoundedStream extends FilterInputStream {

            private long left = MOST_BYTES;

            BoundedStream(InputStream content) {
                super(content);
            }

            @Override
            public int read() throws IOException {
                int read = super.read();
                count(read < 0 ? 0 : 1);
                return read;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                count(read);
                return read;
            }

            private void count(int bytes) throws IOException {
                left -= Math.max(0, bytes);
                if (left < 0) {
                    breakOff.run();
                    throw new AnswerTooLargeException(MOST_BYTES);
                }
                if (isOver(deadline)) {
                    breakOff.run();
                    throw tooSlow(longest, null);
                }
            }
        }
    }
}
