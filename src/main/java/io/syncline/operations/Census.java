package io.syncline.operations;

import io.syncline.changelog.Changelog;
import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Asks the database what only it knows: whether it answers, and how many records need attention. Safe for use by many threads. */
final class Census {

    /** Of one integration, how many entities are partial and how many records are set aside. */
    record Count(String integrationId, long partial, long quarantined) {}

    private static final int PATIENCE_SECONDS = 2;
    private final Database database;
    private final Changelog changelog;
    private final Supplier<? extends Collection<IntegrationStatus>> integrations;

    Census(Database database, Changelog changelog, Supplier<? extends Collection<IntegrationStatus>> integrations) {
        this.database = database;
        this.changelog = changelog;
        this.integrations = integrations;
    }

    /** Whether the database answers. */
    boolean reachable() throws SQLException {
        try (Connection connection = database.reader().getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }

    List<Count> counts() {
        return integrations.get().stream()
                .map(IntegrationStatus::id)
                .map(id -> new Count(id, changelog.partialCount(id), changelog.quarantinedCount(id)))
                .toList();
    }
}
