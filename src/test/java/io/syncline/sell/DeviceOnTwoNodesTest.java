package io.syncline.sell;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.Changelog;
import io.syncline.changelog.Page;
import io.syncline.changelog.View;
import io.syncline.integration.EntityTypes;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One device whose requests end up at two nodes on one PostgreSQL. */
class DeviceOnTwoNodesTest {

    private static final EntityTypes TYPES = EntityTypes.load(Path.of("routes/sources"));
    private static final View VIEW = new View("sales", true, Set.of());

    private final SetClock clock = new SetClock();
    private final Database database = SharedDatabase.empty(Database.Dialect.POSTGRESQL);
    private final DeviceKey device = DeviceKey.of("sales", UUID.randomUUID().toString());
    private Changelog oneLog;
    private Changelog otherLog;
    private SellSync one;
    private SellSync other;

    @BeforeEach
    void open() {
        oneLog = Changelog.open(database, clock);
        oneLog.append(new Page(
                "crm", "main", 1, Optional.empty(), SellHub.leads(1, 6).toList(), List.of(), Optional.empty()));
        otherLog = Changelog.open(database, clock);
        one = node(oneLog);
        other = node(otherLog);
    }

    private SellSync node(Changelog changelog) {
        return SellSync.open(database, changelog, () -> TYPES, new SellSettings(2, 100), Runnable::run, clock);
    }

    @AfterEach
    void close() {
        oneLog.close();
        otherLog.close();
    }

    @Test
    void mayAcknowledgeAtOneNodeWhatTheOtherServed() {
        UUID session = one.start(VIEW, device).orElseThrow().id();
        assertThat(other.start(VIEW, device)).isPresent();

        for (int page = 0; page < 3; page++) {
            other.acknowledge(VIEW, device, SellClient.payload(keys(one, session)));
        }

        assertThat(one.start(VIEW, device)).isEmpty();
        assertThat(other.start(VIEW, device)).isEmpty();
    }

    @Test
    void isToldOfNothingAtOneNodeThatItAcknowledgedAtTheOther() {
        UUID atOne = one.start(VIEW, device).orElseThrow().id();
        UUID atOther = other.start(VIEW, device).orElseThrow().id();
        List<String> acknowledged = keys(one, atOne);
        one.acknowledge(VIEW, device, SellClient.payload(acknowledged));

        List<String> served = keys(other, atOther);

        assertThat(served).hasSize(2).doesNotContainAnyElementsOf(acknowledged);
    }

    private List<String> keys(SellSync node, UUID session) {
        SellSync.Answer page = node.next(VIEW, device, session).orElseThrow();
        return SellClient.keys(SellClient.items(new Wire.Answer(
                200, List.of(), StandardCharsets.UTF_8.decode(page.body()).toString())));
    }
}
