package io.syncline.http;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Where requests come in, which can be shut for a moment: who comes then waits outside with its body unread, and is let in when it opens. Safe for
 * use by many threads; shut and opened by one at a time.
 */
final class Entrance {

    /** With those who are let in. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Handler<HttpServerRequest> router;
    private final AtomicInteger inside = new AtomicInteger();
    private final Queue<Runnable> outside = new ArrayDeque<>();
    private int coming;
    private volatile boolean shut;

    /** @param router where requests go from here */
    Entrance(Handler<HttpServerRequest> router) {
        this.router = router;
    }

    /** Lets a request go on, now or when it opens. */
    void enter(RoutingContext call) {
        inside.incrementAndGet();
        if (shut) {
            goOut();
            waitOutside(call);
        } else {
            call.addEndHandler(answered -> goOut());
            call.next();
        }
    }

    private void goOut() {
        if (inside.decrementAndGet() == 0 && shut) {
            tell();
        }
    }

    private synchronized void tell() {
        notifyAll();
    }

    private void waitOutside(RoutingContext call) {
        HttpServerRequest request = call.request();
        request.pause();
        Context context = call.vertx().getOrCreateContext();
        outside(() -> context.runOnContext(opened -> {
            try {
                // Anew, for this call would go through the routes that there were when it came.
                router.handle(request);
                request.resume();
            } finally {
                come();
            }
        }));
    }

    private synchronized void outside(Runnable waiting) {
        outside.add(waiting);
        if (!shut) {
            letIn();
        }
    }

    private synchronized void come() {
        coming--;
        notifyAll();
    }

    /** Keeps out who comes from now on. */
    synchronized void shut() {
        // One that is still coming in from outside would have to be held in the middle of it.
        await(() -> coming == 0, PATIENCE);
        shut = true;
    }

    /** Returns when those inside are answered, for it is shut, or when patience ends. */
    synchronized void awaitEmpty(Duration patience) {
        await(() -> inside.get() == 0, patience);
    }

    private void await(BooleanSupplier what, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toNanos(); !what.getAsBoolean() && left > 0; left = end - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets in who waits, and who comes. */
    synchronized void open() {
        shut = false;
        letIn();
    }

    private void letIn() {
        for (Runnable next = outside.poll(); next != null; next = outside.poll()) {
            coming++;
            next.run();
        }
    }
}
