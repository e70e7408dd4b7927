package io.syncline;

import io.syncline.integration.RouteFileException;
import io.syncline.storage.DatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process of Syncline, from its arguments to its exit code: what it says when it cannot start, and how it winds up when it is told to stop. */
final class SynclineProgram {

    private static final Logger LOG = LoggerFactory.getLogger(Syncline.class);

    /** The exit code of a process that was told to stop. */
    private static final int TERMINATED = 143;

    private SynclineProgram() {}

    /** Runs until it is told to stop, or what the first argument names. */
    static void run(String[] args) throws InterruptedException {
        if (args.length > 0) {
            System.exit(command(args[0], List.of(args).subList(1, args.length)));
        }
        Instant begun = Instant.now();
        // Nothing is served yet, and what is durable bears a kill: winding up what is half started would only end in
        // errors.
        AtomicReference<Runnable> ending = new AtomicReference<>(() -> {
            LOG.info("Stopped before it had started");
            Runtime.getRuntime().halt(TERMINATED);
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ending.get().run(), "stop"));
        Syncline running;
        try {
            Settings settings = Settings.load();
            settings.log().apply();
            settings.unknownVariables()
                    .forEach(variable -> LOG.warn("{} is set in the environment, but means nothing here", variable));
            running = Syncline.start(settings, SynclineProgram::endAfterSetBack);
            Welcome.lines(settings, Duration.between(begun, Instant.now())).forEach(LOG::info);
        } catch (SettingsException | DatabaseException | RouteFileException unusable) {
            LOG.error("Syncline cannot start.\n{}", unusable.getMessage());
            ending.set(() -> {});
            System.exit(1);
            return;
        } catch (RuntimeException fault) {
            LOG.error("Syncline cannot start; this is a fault of its own, please report it.", fault);
            ending.set(() -> {});
            System.exit(1);
            return;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        ending.set(() -> {
            LOG.info("Stopping");
            running.close();
            LOG.info("Stopped");
            stopped.countDown();
        });
        stopped.await();
    }

    /** By a thread of its own, for whoever calls this is waited for. */
    private static void endAfterSetBack() {
        LOG.error("Syncline stops, since what it has in memory tells of changes that are lost. Start it again");
        new Thread(() -> System.exit(1), "set-back").start();
    }

    private static int command(String name, List<String> arguments) {
        return switch (name) {
            case CheckCommand.NAME -> CheckCommand.run(arguments);
            case NewGenerationCommand.NAME -> NewGenerationCommand.run();
            default -> {
                LOG.error(
                        "There is no command {}; there are {} and {}, and without one Syncline starts.",
                        name,
                        CheckCommand.NAME,
                        NewGenerationCommand.NAME);
                yield 2;
            }
        };
    }
}
