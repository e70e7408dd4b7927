package io.syncline.sandbox;

import io.syncline.sandbox.upstream.Upstream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets each upstream live at a pace of its own. Thread-safe. */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
    private static final long BEAT_MS = 50;
    private static final double LARGEST_ARREARS = 5_000;

    private final Map<String, Pulse> pulses = new LinkedHashMap<>();
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> beats;

    private static final class Pulse {
        private final Upstream upstream;
        private double perSecond;
        private double owed;

        private Pulse(Upstream upstream, double perSecond) {
            this.upstream = upstream;
            this.perSecond = perSecond;
        }
    }

    Heartbeat(List<Upstream> upstreams, double perSecond) {
        upstreams.forEach(upstream -> pulses.put(upstream.source(), new Pulse(upstream, perSecond)));
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sandbox-heartbeat");
            thread.setDaemon(true);
            return thread;
        });
        beats = timer.scheduleAtFixedRate(this::beat, BEAT_MS, BEAT_MS, TimeUnit.MILLISECONDS);
    }

    /** Events a second of each source. */
    synchronized Map<String, Double> paces() {
        Map<String, Double> paces = new LinkedHashMap<>();
        pulses.forEach((source, pulse) -> paces.put(source, pulse.perSecond));
        return paces;
    }

    /** After the return no event of an earlier pace is under way any more. */
    synchronized void setPace(String source, double perSecond) {
        Pulse pulse = pulses.get(source);
        pulse.perSecond = perSecond;
        pulse.owed = 0;
    }

    @Override
    public void close() {
        beats.cancel(false);
        timer.shutdown();
    }

    private synchronized void beat() {
        for (Pulse pulse : pulses.values()) {
            pulse.owed = Math.min(LARGEST_ARREARS, pulse.owed + pulse.perSecond * BEAT_MS / 1_000);
            while (pulse.owed >= 1) {
                pulse.owed--;
                live(pulse.upstream);
            }
        }
    }

    private static void live(Upstream upstream) {
        try {
            upstream.live();
        } catch (RuntimeException failure) {
            LOG.error("The sandbox upstream {} failed to change", upstream.source(), failure);
        }
    }
}
