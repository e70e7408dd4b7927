package io.syncline.storage;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a failure looks like that comes of a database that cannot be used for now, being away or on a full disk, and passes once it can be again. */
public final class Outage {

    /** Classes of SQLSTATE: no connection; no room for one, or on the disk; shut down by somebody. */
    private static final List<String> STATES = List.of("08", "53", "57P0");

    private static final String DISK_FULL = "53100";

    private Outage() {}

    /** What a failure says of why the database cannot be used, and what to do; empty where it comes of something else. */
    public static Optional<String> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused && isOne(refused)) {
                return Optional.of(Database.rootMessage(refused)
                        + (isFullDisk(refused) ? "; make room on the disk that it is on" : ""));
            }
        }
        return Optional.empty();
    }

    private static boolean isOne(SQLException refused) {
        String state = refused.getSQLState();
        return refused instanceof SQLTransientConnectionException
                || refused instanceof SQLNonTransientConnectionException
                || isFullDisk(refused)
                || isFailingDisk(refused)
                || (state != null && STATES.stream().anyMatch(state::startsWith));
    }

    private static boolean isFullDisk(SQLException refused) {
        return DISK_FULL.equals(refused.getSQLState()) || hasCode(refused, SQLiteErrorCode.SQLITE_FULL);
    }

    /** As beyond a quota, or on a network. */
    private static boolean isFailingDisk(SQLException refused) {
        return hasCode(refused, SQLiteErrorCode.SQLITE_IOERR);
    }

    private static boolean hasCode(SQLException refused, SQLiteErrorCode primary) {
        // A code's lowest byte is what it is a kind of.
        return refused instanceof SQLiteException lite && (lite.getResultCode().code & 0xff) == primary.code;
    }
}
