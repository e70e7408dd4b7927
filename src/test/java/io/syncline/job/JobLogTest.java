package io.syncline.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.storage.Database;
import io.syncline.storage.SharedDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept of what a job tells, on both databases. */
@ParameterizedClass
@EnumSource(Database.Dialect.class)
final class JobLogTest {

    private static final Instant AT = Instant.parse("2026-01-05T09:00:00Z");
    private static final String JOB = "sync-job-1";

    @Parameter
    Database.Dialect dialect;

    private Database database;

    @BeforeEach
    void open() {
        database = SharedDatabase.empty(dialect);
    }

    @Test
    void keepsTheNewestLines() {
        write(lines(1, 700, LogLine.Level.WARN));
        write(lines(701, 1_400, LogLine.Level.INFO));

        List<LogLine> all = read(LogLine.Level.DEBUG, 10_000);
        assertThat(all).hasSize(JobLog.KEPT);
        assertThat(all).first().extracting(LogLine::message).isEqualTo("line 401");
        assertThat(all).last().extracting(LogLine::message).isEqualTo("line 1400");
        assertThat(read(LogLine.Level.WARN, 10))
                .extracting(LogLine::message)
                .containsExactlyElementsOf(IntStream.rangeClosed(691, 700)
                        .mapToObj(number -> "line " + number)
                        .toList());
        assertThat(read(LogLine.Level.ERROR, 10)).isEmpty();
    }

    @Test
    void cutsWhatIsLong() {
        write(List.of(new LogLine(AT, LogLine.Level.ERROR, "x".repeat(1_000_000))));

        assertThat(read(LogLine.Level.ERROR, 1)).singleElement().satisfies(line -> assertThat(line.message())
                .hasSizeLessThan(5_000));
    }

    private static List<LogLine> lines(int first, int last, LogLine.Level level) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(number -> new LogLine(AT, level, "line " + number))
                .toList();
    }

    private void write(List<LogLine> lines) {
        database.jdbi().useTransaction(handle -> JobLog.write(handle, JOB, lines));
    }

    private List<LogLine> read(LogLine.Level least, int limit) {
        return database.jdbi().withHandle(handle -> JobLog.read(handle, JOB, Optional.of(least), limit));
    }
}
