package io.syncline.job;

import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import io.syncline.storage.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.quartz.CronScheduleBuilder;
import org.quartz.JobKey;
import org.quartz.ScheduleBuilder;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.matchers.GroupMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When integrations are synced: as the settings say, or as was chosen since at run time, which is kept over restarts. Quartz fires, by the routes
 * named {@code <id>-schedule}; this decides when it begins to, and spreads integrations that are due at the same time. Safe for use by many threads.
 */
public final class Schedules implements AutoCloseable {

    /**
     * What a change did.
     *
     * @param nextRun empty while the integration is disabled, and for a cron schedule that never fires again
     */
    public record Changed(Schedule before, Schedule after, Optional<Instant> nextRun) {}

    private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
    /** The group of Quartz's triggers, which are named by their integrations. */
    private static final String GROUP = "sync";

    private static final String ROUTE = "-schedule";
    /** How the routes' names end whose triggers are of a group. */
    private static final Map<String, String> ROUTES = Map.of(GROUP, ROUTE, "full", "-full");

    /** Ten integrations in a second begin comfortably. */
    private static final Duration USUAL_DISTANCE = Duration.ofMillis(100);

    private static final Duration LONGEST_JITTER = Duration.ofMinutes(1);

    private final ScheduleRows rows;
    private final Map<String, IntegrationSettings> integrations = new LinkedHashMap<>();
    private final List<String> order = new ArrayList<>();
    private final Clock clock;
    private final ScheduledThreadPoolExecutor spreading = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "syncline-schedules");
        thread.setDaemon(true);
        return thread;
    });
    private volatile CamelContext camel;
    private volatile Function<String, Optional<Instant>> lastCompleted = id -> Optional.empty();
    private final CompletableFuture<Consumer<String>> requests = new CompletableFuture<>();

    private Schedules(ScheduleRows rows, List<IntegrationSettings> integrations, Clock clock) {
        this.rows = rows;
        spreading.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.clock = clock;
        for (IntegrationSettings integration : integrations) {
            this.integrations.put(integration.id(), integration);
            if (integration.enabled()) {
                order.add(integration.id());
            }
        }
    }

    /** Reads what was chosen at run time. */
    public static Schedules open(Database database, List<IntegrationSettings> integrations, Clock clock) {
        return new Schedules(new ScheduleRows(database, clock), integrations, clock);
    }

    /**
     * Takes charge of the schedules of a context that has not started yet.
     *
     * @param lastCompletedJobs when a job of an integration last went well
     */
    public void attach(CamelContext context, Function<String, Optional<Instant>> lastCompletedJobs) {
        camel = context;
        lastCompleted = lastCompletedJobs;
        context.getManagementStrategy().addEventNotifier(new RouteStarts());
    }

    /**
     * From now on, turns that come, or have come already, are asked for.
     *
     * @param request asks for a run of an integration
     */
    public void start(Consumer<String> request) {
        forgetOthers();
        requests.complete(request);
    }

    /** Triggers that the database keeps, but that no integration has any more. */
    private void forgetOthers() {
        ROUTES.forEach((group, route) -> {
            try {
                for (JobKey key : scheduler().getJobKeys(GroupMatcher.jobGroupEquals(group))) {
                    if (camel.getRoute(key.getName() + route) == null) {
                        scheduler().deleteJob(key);
                    }
                }
            } catch (SchedulerException unreadable) {
                LOG.warn("Schedules of integrations that are gone cannot be removed: {}", unreadable.getMessage());
            }
        });
    }

    /** An integration's schedule as it is now. */
    public Schedule of(IntegrationSettings integration) {
        return rows.chosen(integration).orElse(integration.schedule());
    }

    /**
     * An integration's schedule as it is now.
     *
     * @throws IllegalArgumentException if there is no such integration
     */
    public Schedule current(String integrationId) {
        return of(settings(integrationId));
    }

    /**
     * Chooses another schedule, at once and also after restarts, until the settings of the integration say something new. An interval
     * counts from the last turn.
     *
     * @throws IllegalArgumentException if there is no such integration, or the schedule never comes
     */
    public synchronized Changed change(String integrationId, Schedule schedule) {
        IntegrationSettings integration = settings(integrationId);
        if (schedule.after(clock.instant()).isEmpty()) {
            throw new IllegalArgumentException("the schedule " + schedule.text() + " never comes");
        }
        Schedule before = of(integration);
        rows.choose(integration, schedule);
        trigger(integrationId).ifPresent(running -> {
            Instant last = Optional.ofNullable(running.getPreviousFireTime())
                    .map(Date::toInstant)
                    .orElseGet(clock::instant);
            Instant now = clock.instant();
            reschedule(integrationId, schedule, ahead(schedule, last, now).orElse(now));
        });
        LOG.info("{}: the schedule is now {}, it was {}", integrationId, schedule.text(), before.text());
        return new Changed(before, schedule, nextRun(integrationId));
    }

    /** When an integration is due next; empty while it is disabled, and if it never is. */
    public Optional<Instant> nextRun(String integrationId) {
        return trigger(integrationId)
                .map(Trigger::getNextFireTime)
                .map(Date::toInstant)
                .map(next -> next.plus(jitter(integrationId)));
    }

    /** A turn of an integration has come, the routes say; it is asked for a little later, so that not all are at the same time. */
    public void fires(String integrationId) {
        try {
            ScheduledFuture<?> unused = spreading.schedule(
                    () -> {
                        CompletableFuture<Void> unusedAnswer =
                                requests.thenAccept(request -> ask(request, integrationId));
                    },
                    jitter(integrationId).toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("{}: not asked for while stopping", integrationId);
        }
    }

    private static void ask(Consumer<String> request, String integrationId) {
        try {
            request.accept(integrationId);
        } catch (RuntimeException failure) {
            LOG.error("{}: its turn came, but its routes did not take it", integrationId, failure);
        }
    }

    /** How long after its turn an integration begins: the same for each turn of one, and another for each. */
    Duration jitter(String integrationId) {
        int place = order.indexOf(integrationId);
        if (place <= 0) {
            return Duration.ZERO;
        }
        Duration distance = USUAL_DISTANCE;
        if (current(integrationId) instanceof Schedule.Interval interval) {
            Duration share = interval.every().dividedBy(order.size());
            distance = share.compareTo(distance) < 0 ? share : distance;
        }
        Duration jitter = distance.multipliedBy(place);
        return jitter.compareTo(LONGEST_JITTER) < 0
                ? jitter
                : Duration.ofMillis(jitter.toMillis() % LONGEST_JITTER.toMillis());
    }

    private IntegrationSettings settings(String integrationId) {
        return Optional.ofNullable(integrations.get(integrationId))
                .orElseThrow(() -> new IllegalArgumentException("there is no integration " + integrationId));
    }

    /** The first turn after the last one, unless it was missed. */
    private static Optional<Instant> ahead(Schedule schedule, Instant last, Instant now) {
        return schedule.after(last).filter(next -> next.isAfter(now));
    }

    /** Sets a trigger that has just been made to its first turn: at once if one was missed, and for an interval also if none ever was. */
    private synchronized void begin(String integrationId) {
        trigger(integrationId)
                .filter(made -> made.getPreviousFireTime() == null)
                .ifPresent(made -> {
                    Schedule schedule = current(integrationId);
                    Optional<Instant> last = lastCompleted.apply(integrationId);
                    if (last.isEmpty() && schedule instanceof Schedule.Cron) {
                        return;
                    }
                    Instant now = clock.instant();
                    Optional<Instant> ahead = last.flatMap(completed -> ahead(schedule, completed, now));
                    if (schedule instanceof Schedule.Cron && ahead.isEmpty()) {
                        fires(integrationId);
                    }
                    reschedule(integrationId, schedule, ahead.orElse(now));
                });
    }

    private void reschedule(String integrationId, Schedule schedule, Instant first) {
        TriggerKey key = TriggerKey.triggerKey(integrationId, GROUP);
        Trigger trigger = TriggerBuilder.newTrigger()
                .withIdentity(key)
                .startAt(Date.from(first))
                .withSchedule(quartz(schedule))
                .build();
        try {
            if (scheduler().rescheduleJob(key, trigger) == null) {
                LOG.warn("{}: its schedule {} never comes", integrationId, schedule.text());
            }
        } catch (SchedulerException refused) {
            LOG.warn("{}: its schedule {} is not taken: {}", integrationId, schedule.text(), refused.getMessage());
        }
    }

    /** Turns that are missed are made up for by one. */
    private static ScheduleBuilder<? extends Trigger> quartz(Schedule schedule) {
        if (schedule instanceof Schedule.Interval interval) {
            return SimpleScheduleBuilder.simpleSchedule()
                    .withIntervalInMilliseconds(interval.every().toMillis())
                    .repeatForever()
                    .withMisfireHandlingInstructionFireNow();
        }
        return CronScheduleBuilder.cronSchedule(((Schedule.Cron) schedule).expression())
                .inTimeZone(TimeZone.getTimeZone("UTC"))
                .withMisfireHandlingInstructionFireAndProceed();
    }

    private Optional<Trigger> trigger(String integrationId) {
        if (camel == null || camel.getRoute(integrationId + ROUTE) == null) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(scheduler().getTrigger(TriggerKey.triggerKey(integrationId, GROUP)));
        } catch (SchedulerException unreadable) {
            LOG.warn("{}: its schedule cannot be read: {}", integrationId, unreadable.getMessage());
            return Optional.empty();
        }
    }

    private Scheduler scheduler() {
        return camel.getComponent("quartz", QuartzComponent.class).getScheduler();
    }

    /** From now on nothing is asked for; to be called before the routes stop. */
    @Override
    public void close() {
        spreading.shutdown();
    }

    /** Hears of routes that were started, also by a reload. */
    private final class RouteStarts extends EventNotifierSupport {

        RouteStarts() {
            setIgnoreCamelContextEvents(true);
            setIgnoreCamelContextInitEvents(true);
            setIgnoreExchangeEvents(true);
            setIgnoreExchangeAsyncProcessingStartedEvents(true);
            setIgnoreServiceEvents(true);
            setIgnoreStepEvents(true);
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event instanceof CamelEvent.RouteStartedEvent;
        }

        @Override
        public void notify(CamelEvent event) {
            String routeId = ((CamelEvent.RouteStartedEvent) event).getRoute().getRouteId();
            if (routeId.endsWith(ROUTE)) {
                begin(routeId.substring(0, routeId.length() - ROUTE.length()));
            }
        }
    }
}
