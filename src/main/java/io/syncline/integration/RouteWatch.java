package io.syncline.integration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every moment whether a file of the route folder was saved or taken away, and has that taken over once it rests. */
public final class RouteWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteWatch.class);
    private static final Duration MOMENT = Duration.ofMillis(500);

    private record Stamp(FileTime modified, long size, Object key) {}

    private final RouteLayout layout;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "syncline-routes");
        thread.setDaemon(true);
        return thread;
    });
    private Map<Path, Stamp> known;
    private Map<Path, Stamp> lastSeen;

    private RouteWatch(Path folder) {
        this.layout = new RouteLayout(folder);
        this.known = look();
        this.lastSeen = known;
    }

    /**
     * Watches a folder until closed.
     *
     * @param jobs holds those of integrations while their routes are replaced
     * @param requests holds the requests of clients while routes of the API are replaced
     */
    public static RouteWatch start(
            Path folder, RouteFolder routes, CamelContext context, Holds jobs, Supplier<Holds.Hold> requests) {
        RouteWatch watch = new RouteWatch(folder);
        ScheduledFuture<?> unused = watch.looking.scheduleWithFixedDelay(
                () -> watch.tick((saved, gone) -> routes.reload(context, saved, gone, jobs, requests)),
                MOMENT.toMillis(),
                MOMENT.toMillis(),
                TimeUnit.MILLISECONDS);
        return watch;
    }

    private void tick(BiConsumer<Set<Path>, Set<Path>> reload) {
        try {
            Map<Path, Stamp> now = look();
            // An editor may write a file in pieces, or take it away first, so it counts only when it looks the same
            // twice.
            if (now.equals(lastSeen) && !now.equals(known)) {
                Set<Path> saved = new HashSet<>();
                now.forEach((file, stamp) -> {
                    if (!stamp.equals(known.get(file))) {
                        saved.add(file);
                    }
                });
                Set<Path> gone = new HashSet<>(known.keySet());
                gone.removeAll(now.keySet());
                known = now;
                reload.accept(saved, gone);
            }
            lastSeen = now;
        } catch (RuntimeException unexpected) {
            LOG.error("The routes could not be reloaded: {}", unexpected.getMessage(), unexpected);
        }
    }

    private Map<Path, Stamp> look() {
        Map<Path, Stamp> found = new HashMap<>();
        try (Stream<Path> all = Files.walk(layout.folder())) {
            all.filter(file -> layout.isRoutes(file) || layout.isEntityTypes(file) || layout.isQuery(file))
                    .forEach(file -> {
                        try {
                            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                            found.put(
                                    file,
                                    new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey()));
                        } catch (IOException goneMeanwhile) {
                            LOG.debug("{} is gone", file);
                        }
                    });
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            LOG.debug("{} cannot be looked through: {}", layout.folder(), unreadable.toString());
            return lastSeen == null ? Map.of() : lastSeen;
        }
        return found;
    }

    @Override
    public void close() {
        looking.shutdown();
        try {
            if (!looking.awaitTermination(5, TimeUnit.SECONDS)) {
                looking.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
