package io.syncline.changelog;

import static io.syncline.changelog.ChangelogFixture.ALL;
import static io.syncline.changelog.ChangelogFixture.EVERYTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.changelog.ChangelogFixture.SetClock;
import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read before it is asked for. */
class ReadAheadTest {

    private static final int LIMIT = 10;
    private static final FeedRows.Rows ROWS = new FeedRows.Rows(changes(LIMIT), true, 0);

    private final SetClock clock = new SetClock();
    private final ReadAhead ahead = new ReadAhead(10, clock);
    private final AtomicInteger readings = new AtomicInteger();
    private final CountDownLatch read = new CountDownLatch(1);
    private Feed feed;
    private Feed other;

    @BeforeEach
    void select() throws SQLException {
        feed = feed();
        other = feed();
    }

    private static Feed feed() throws SQLException {
        try (Connection connection =
                SharedDatabase.empty(Database.Dialect.SQLITE).reader().getConnection()) {
            Heads heads = Heads.load(connection);
            return Feed.select(heads, heads.known(), EVERYTHING, ALL, (scopes, to) -> {});
        }
    }

    @AfterEach
    void close() {
        ahead.close();
    }

    private static List<Change> changes(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number ->
                        new Change(number, "crm", "Form", "e" + number, Operation.DELETED, 0, Optional.empty()))
                .toList();
    }

    private Callable<FeedRows.Rows> reading() {
        return () -> {
            readings.incrementAndGet();
            read.countDown();
            return ROWS;
        };
    }

    @Test
    void isReadWithoutBeingAskedFor() throws InterruptedException {
        ahead.begin("cursor", feed, LIMIT, 0, reading());

        assertThat(read.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ahead.take("cursor", feed, LIMIT)).contains(ROWS);
        assertThat(readings).hasValue(1);
    }

    @Test
    void isGivenOnce() {
        ahead.begin("cursor", feed, LIMIT, 0, reading());

        assertThat(ahead.take("cursor", feed, LIMIT)).isPresent();
        assertThat(ahead.take("cursor", feed, LIMIT)).isEmpty();
    }

    @Test
    void isOnlyForTheSameFeedAndTheSameSize() {
        ahead.begin("one", feed, LIMIT, 0, reading());
        ahead.begin("another", feed, LIMIT, 0, reading());

        assertThat(ahead.take("one", other, LIMIT)).isEmpty();
        assertThat(ahead.take("another", feed, 20)).isEmpty();
        assertThat(ahead.take("unknown", feed, LIMIT)).isEmpty();
    }

    @Test
    void isGivenAtTheEndOfAFeedUnlessThatHasMoved() {
        FeedRows.Rows end = new FeedRows.Rows(changes(3), false, 0);
        ahead.begin("stands", feed, LIMIT, feed.head(), () -> end);
        ahead.begin("moved", feed, LIMIT, feed.head() - 1, () -> end);

        assertThat(ahead.take("stands", feed, LIMIT)).contains(end);
        assertThat(ahead.take("moved", feed, LIMIT)).isEmpty();
    }

    @Test
    void isToBeReadAgainWhereItEndedEarlyForItsSize() {
        ahead.begin("cursor", feed, LIMIT, 0, () -> new FeedRows.Rows(changes(LIMIT - 1), true, 0));

        assertThat(ahead.take("cursor", feed, LIMIT)).isEmpty();
    }

    @Test
    void isNotReadForSmallPages() {
        ahead.begin("cursor", feed, 9, 0, reading());

        assertThat(ahead.take("cursor", feed, 9)).isEmpty();
        assertThat(readings).hasValue(0);
    }

    @Test
    void isToBeReadAgainWhereReadingFailed() {
        ahead.begin("cursor", feed, LIMIT, 0, () -> {
            throw new IllegalStateException("as a database that is away");
        });

        assertThat(ahead.take("cursor", feed, LIMIT)).isEmpty();
    }

    @Test
    void isNotBegunWhereEnoughWaitsToBeAskedFor() {
        for (int page = 0; page <= ReadAhead.MOST_KEPT; page++) {
            ahead.begin("cursor " + page, feed, LIMIT, 0, reading());
        }

        assertThat(ahead.take("cursor " + ReadAhead.MOST_KEPT, feed, LIMIT)).isEmpty();
        assertThat(ahead.take("cursor 0", feed, LIMIT)).isPresent();
    }

    @Test
    void makesWayWhenItIsNotAskedForInTime() {
        for (int page = 0; page < ReadAhead.MOST_KEPT; page++) {
            ahead.begin("cursor " + page, feed, LIMIT, 0, reading());
        }
        clock.advance(ReadAhead.PATIENCE.plusMillis(1));
        ahead.begin("another", feed, LIMIT, 0, reading());

        assertThat(ahead.take("cursor 0", feed, LIMIT)).isEmpty();
        assertThat(ahead.take("another", feed, LIMIT)).isPresent();
    }

    @Test
    void isReadByWhoAsksWhereNobodyElseHasBegun() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        for (int thread = 0; thread < Runtime.getRuntime().availableProcessors(); thread++) {
            ahead.begin("waiting " + thread, feed, LIMIT, 0, () -> {
                busy.await();
                return ROWS;
            });
        }
        try {
            ahead.begin("cursor", feed, LIMIT, 0, reading());
            assertThat(ahead.take("cursor", feed, LIMIT)).isPresent();
        } finally {
            busy.countDown();
        }
    }

    @Test
    void isReadByWhoAsksAfterTheEnd() {
        ahead.close();
        ahead.begin("cursor", feed, LIMIT, 0, reading());

        assertThat(ahead.take("cursor", feed, LIMIT)).isPresent();
    }
}
