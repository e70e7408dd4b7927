package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.syncline.integration.IntegrationSettings;
import io.syncline.integration.Schedule;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Schedules as the shipped routes and a real Quartz run them. */
@ParameterizedClass
@EnumSource(Database.Dialect.class)
final class SchedulesTest {

    private static final Schedule HOURLY = new Schedule.Interval(Duration.ofHours(1));
    private static final Schedule EACH_NEW_YEAR = new Schedule.Cron("0 0 0 1 1 ?");
    private static final long PATIENCE_SECONDS = 60;

    @Parameter
    Database.Dialect dialect;

    private record Turn(String integrationId, Instant at) {}

    private final Clock clock = Clock.systemUTC();
    private final BlockingQueue<Turn> turns = new LinkedBlockingQueue<>();
    private Database database;
    private DefaultCamelContext camel;
    private Schedules schedules;

    @BeforeEach
    void open() {
        database = SharedDatabase.empty(dialect);
        if (dialect == Database.Dialect.POSTGRESQL) {
            database.jdbi()
                    .useHandle(handle ->
                            handle.execute("TRUNCATE qrtz_simple_triggers, qrtz_cron_triggers, qrtz_fired_triggers,"
                                    + " qrtz_scheduler_state, qrtz_triggers, qrtz_job_details CASCADE"));
        }
    }

    @AfterEach
    void stop() {
        if (camel != null) {
            camel.stop();
            schedules.close();
            camel = null;
        }
    }

    @Test
    void runsAtOnceWhatHasAnIntervalAndHasNeverRun() throws Exception {
        start(
                List.of(integration("a", HOURLY), integration("b", EACH_NEW_YEAR), integration("c", second(1))),
                Map.of());

        assertThat(List.of(turn().integrationId, turn().integrationId, turn().integrationId))
                .containsOnly("a", "c")
                .containsOnlyOnce("a");
        assertThat(schedules.nextRun("a").orElseThrow()).isAfter(clock.instant());
    }

    @Test
    void makesUpOnceForAllTurnsThatWereMissed() throws Exception {
        Instant longAgo = clock.instant().minus(Duration.ofDays(900));
        start(
                List.of(integration("a", HOURLY), integration("b", EACH_NEW_YEAR), integration("c", second(1))),
                Map.of("a", longAgo, "b", longAgo, "c", longAgo));

        List<String> first = new ArrayList<>();
        while (first.stream().filter("c"::equals).count() < 3) {
            first.add(turn().integrationId);
        }

        assertThat(first).containsOnlyOnce("a", "b");
        assertThat(Duration.between(clock.instant(), schedules.nextRun("a").orElseThrow()))
                .isGreaterThan(Duration.ofMinutes(50));
    }

    /** As after a node was away for days, by the triggers that Quartz keeps on PostgreSQL. */
    @Test
    void makesUpOnceForAllTurnsThatQuartzMissed() throws Exception {
        assumeThat(dialect).isEqualTo(Database.Dialect.POSTGRESQL);
        start(List.of(integration("a", HOURLY), integration("c", second(1))), Map.of());
        awaitTurnOf("a");
        long days = Duration.ofDays(3).toMillis();
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE qrtz_triggers SET start_time = start_time - ?,"
                                + " prev_fire_time = prev_fire_time - ?, next_fire_time = next_fire_time - ? WHERE trigger_name = 'a'",
                        days,
                        days,
                        days));

        awaitTurnOf("a");

        assertThat(List.of(turn().integrationId, turn().integrationId, turn().integrationId))
                .containsOnly("c");
    }

    @Test
    void waitsForTheNextTurnWhereNoneWasMissed() throws Exception {
        Instant last = clock.instant().minus(Duration.ofMinutes(20));
        start(List.of(integration("a", HOURLY), integration("b", second(1))), Map.of("a", last, "b", last));

        assertThat(List.of(turn().integrationId, turn().integrationId, turn().integrationId))
                .containsOnly("b");
        assertThat(schedules.nextRun("a").orElseThrow()).isEqualTo(millis(last.plus(Duration.ofHours(1))));
    }

    @Test
    void spreadsWhatIsDueAtTheSameTime() throws Exception {
        List<IntegrationSettings> many = IntStream.range(0, 30)
                .mapToObj(number -> integration("i" + number, number % 2 == 0 ? HOURLY : EACH_NEW_YEAR))
                .toList();
        Instant before = clock.instant();
        start(
                many,
                many.stream()
                        .collect(Collectors.toMap(IntegrationSettings::id, id -> before.minus(Duration.ofDays(900)))));

        for (int number = 0; number < many.size(); number++) {
            Turn turn = turn();
            assertThat(turn.at).isAfterOrEqualTo(millis(before).plus(schedules.jitter(turn.integrationId)));
        }
        assertThat(many.stream()
                        .map(integration -> schedules.jitter(integration.id()).toSeconds())
                        .collect(Collectors.groupingBy(second -> second, Collectors.counting()))
                        .values())
                .allSatisfy(inOneSecond -> assertThat(inOneSecond).isLessThanOrEqualTo(10));
    }

    @Test
    void changesAScheduleWhileItRuns() throws Exception {
        start(List.of(integration("a", HOURLY)), Map.of("a", clock.instant()));

        Schedules.Changed changed = schedules.change("a", second(1));

        assertThat(changed.before()).isEqualTo(HOURLY);
        assertThat(changed.after()).isEqualTo(second(1));
        assertThat(changed.nextRun().orElseThrow()).isBefore(clock.instant().plusSeconds(2));
        turn();
        turn();
        assertThat(schedules.change("a", EACH_NEW_YEAR).nextRun()).isEqualTo(EACH_NEW_YEAR.after(clock.instant()));
        assertThat(schedules.current("a")).isEqualTo(EACH_NEW_YEAR);
    }

    @Test
    void keepsAChangeUntilTheSettingsSaySomethingNew() throws Exception {
        Instant now = clock.instant();
        start(List.of(integration("a", HOURLY)), Map.of("a", now));
        schedules.change("a", second(7_200));
        stop();

        start(List.of(integration("a", HOURLY)), Map.of("a", now));
        assertThat(schedules.current("a")).isEqualTo(second(7_200));
        assertThat(schedules.nextRun("a")).contains(millis(now.plusSeconds(7_200)));
        stop();

        start(List.of(integration("a", second(1_800))), Map.of("a", now));
        assertThat(schedules.current("a")).isEqualTo(second(1_800));
        assertThat(schedules.nextRun("a")).contains(millis(now.plusSeconds(1_800)));
    }

    @Test
    void refusesWhatCannotBe() throws Exception {
        start(List.of(integration("a", HOURLY)), Map.of("a", clock.instant()));

        assertThatThrownBy(() -> schedules.change("b", HOURLY)).hasMessage("there is no integration b");
        assertThatThrownBy(() -> schedules.change("a", new Schedule.Cron("0 0 0 1 1 ? 2020")))
                .hasMessage("the schedule 0 0 0 1 1 ? 2020 never comes");
        assertThatThrownBy(() -> second(0)).hasMessage("an interval has 1 to 2592000 seconds");
        assertThatThrownBy(() -> second(2_592_001)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule.Cron("hourly")).hasMessageContaining("no Quartz cron expression");
        assertThat(schedules.current("a")).isEqualTo(HOURLY);
    }

    private void start(List<IntegrationSettings> integrations, Map<String, Instant> lastCompleted) throws Exception {
        schedules = Schedules.open(database, integrations, clock);
        camel = new DefaultCamelContext();
        Clockwork.setUp(camel, database);
        camel.getRegistry().bind("schedules", schedules);
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(PluginHelper.getResourceLoader(camel)
                        .resolveResource("file:" + Path.of("routes/schedule.camel.yaml")));
        for (IntegrationSettings integration : integrations) {
            Schedule schedule = schedules.of(integration);
            String id = integration.id();
            if (schedule instanceof Schedule.Interval interval) {
                camel.addRouteFromTemplate(
                        id + "-schedule",
                        "schedule-interval",
                        Map.of("integrationId", id, "interval", interval.every().toMillis()));
            } else {
                camel.addRouteFromTemplate(
                        id + "-schedule", "schedule-cron", Map.of("integrationId", id, "cron", schedule.text()));
            }
        }
        schedules.attach(camel, id -> Optional.ofNullable(lastCompleted.get(id)));
        camel.start();
        schedules.start(id -> turns.add(new Turn(id, clock.instant())));
    }

    private void awaitTurnOf(String integrationId) throws InterruptedException {
        while (!turn().integrationId.equals(integrationId)) {
            // The others' come meanwhile.
        }
    }

    private Turn turn() throws InterruptedException {
        return Optional.ofNullable(turns.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no turn came"));
    }

    private static Schedule second(long seconds) {
        return new Schedule.Interval(Duration.ofSeconds(seconds));
    }

    private static Instant millis(Instant instant) {
        return Instant.ofEpochMilli(instant.toEpochMilli());
    }

    private static IntegrationSettings integration(String id, Schedule schedule) {
        return new IntegrationSettings(id, "any", id, true, schedule, Map.of());
    }
}
