package io.syncline.storage;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;

/** What a failure looks like that comes of a database that is away, and passes once that is back. */
public final class Outage {

    /** Classes of SQLSTATE: no connection, no room for one, shut down by somebody. */
    private static final List<String> STATES = List.of("08", "53300", "57P0");

    private Outage() {}

    /** What a failure says of the database's absence; empty where it comes of something else. */
    public static Optional<String> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused && isOne(refused)) {
                return Optional.of(Database.rootMessage(refused));
            }
        }
        return Optional.empty();
    }

    private static boolean isOne(SQLException refused) {
        String state = refused.getSQLState();
        return refused instanceof SQLTransientConnectionException
                || refused instanceof SQLNonTransientConnectionException
                || (state != null && STATES.stream().anyMatch(state::startsWith));
    }
}
