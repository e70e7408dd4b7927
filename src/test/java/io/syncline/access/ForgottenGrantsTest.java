package io.syncline.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.syncline.changelog.Change;
import io.syncline.changelog.Changelog;
import io.syncline.changelog.CursorException;
import io.syncline.changelog.FeedPage;
import io.syncline.changelog.FeedQuery;
import io.syncline.changelog.Observed;
import io.syncline.changelog.Page;
import io.syncline.changelog.Retention;
import io.syncline.changelog.Snapshot;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Grants that were taken back are kept as long as a cursor may need them, and no longer. */
class ForgottenGrantsTest {

    private static final FeedQuery ALL = new FeedQuery("changes", Set.of(), Optional.empty());

    private Clock clock = Clock.fixed(Instant.parse("2026-03-01T08:00:00Z"), ZoneOffset.UTC);
    private Database database;
    private Changelog changelog;
    private Access access;
    private String token;

    private void begin(Database.Dialect dialect) {
        database = SharedDatabase.empty(dialect);
        reopen();
        token = access.issue("reporting", Set.of(TokenScope.SYNC)).secret();
        access.grant("reporting", "crm");
    }

    private void reopen() {
        changelog = Changelog.open(database, clock);
        access = Access.open(changelog, database, clock, List.of());
    }

    /** As after a restart then. */
    private void after(Duration time) {
        close();
        clock = Clock.offset(clock, time);
        reopen();
    }

    @AfterEach
    void close() {
        access.close();
        changelog.close();
    }

    private void append(String integrationId, String id) {
        changelog.append(new Page(
                integrationId,
                "forms",
                1,
                Optional.empty(),
                List.of(new Observed.Present(
                        "Form",
                        id,
                        Snapshot.of(JsonNodeFactory.instance.objectNode().put("id", id)),
                        Optional.empty(),
                        OptionalLong.empty(),
                        false,
                        Optional.empty())),
                List.of(),
                Optional.empty()));
    }

    private FeedPage read(Optional<String> cursor, int limit) {
        return changelog.read(access.caller(token).orElseThrow().view(), ALL, cursor, limit);
    }

    private void grantAndRevoke() {
        access.revokeGrant(access.grant("reporting", "site").id());
    }

    private void maintainAfter(Duration time) {
        after(time);
        changelog.compact(Retention.DEFAULT);
        access.forgetRevoked(Retention.DEFAULT);
    }

    private long stored() {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "SELECT count(*) FROM access_grant WHERE revoked_seq IS NOT NULL")
                .mapTo(Long.class)
                .one());
    }

    @ParameterizedTest
    @EnumSource(Database.Dialect.class)
    void forgetsAGrantWhenItsCursorsAreExpired(Database.Dialect dialect) {
        begin(dialect);
        String revoked = access.grant("reporting", "site").id();
        append("site", "hidden");
        append("crm", "a");
        String saw = read(Optional.empty(), 10).cursor();
        access.revokeGrant(revoked);
        String toldOfTheRevoke = read(Optional.of(saw), 10).cursor();
        append("crm", "b");
        append("crm", "c");

        maintainAfter(Duration.ofDays(89));
        assertThat(stored()).isOne();

        maintainAfter(Duration.ofDays(2));

        assertThat(stored()).isZero();
        assertThatExceptionOfType(CursorException.class)
                .isThrownBy(() -> read(Optional.of(saw), 10))
                .extracting(CursorException::reason)
                .isEqualTo(CursorException.Reason.EXPIRED);
        assertThat(read(Optional.of(toldOfTheRevoke), 10).changes())
                .extracting(Change::entityId)
                .containsExactly("b", "c");
        assertThat(access.audit(Optional.of("reporting"), Long.MAX_VALUE, 10))
                .extracting(Audit.Entry::action)
                .contains("grant.revoked");
        assertThat(access.grants(Optional.of("reporting"))).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Database.Dialect.class)
    void letsAReaderWhoBeganAfterwardsGoOn(Database.Dialect dialect) {
        begin(dialect);
        append("site", "hidden");
        grantAndRevoke();
        append("crm", "a");
        append("crm", "b");
        maintainAfter(Duration.ofDays(91));

        FeedPage first = read(Optional.empty(), 1);
        after(Duration.ofDays(1));
        FeedPage second = read(Optional.of(first.cursor()), 1);

        assertThat(first.changes()).extracting(Change::entityId).containsExactly("a");
        assertThat(second.changes()).extracting(Change::entityId).containsExactly("b");
    }

    @ParameterizedTest
    @EnumSource(Database.Dialect.class)
    void keepsAGrantThatCompactionHasNotComeTo(Database.Dialect dialect) {
        begin(dialect);
        append("crm", "a");
        grantAndRevoke();

        maintainAfter(Duration.ofDays(91));

        assertThat(stored()).isOne();
    }
}
