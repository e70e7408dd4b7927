package io.syncline.changelog;

import io.syncline.storage.Database;
import org.jdbi.v3.core.Handle;

/** Keeps those from writing whose lease has passed on, where it is no page that they write. Stateless. */
final class Fences {

    private Fences() {}

    /**
     * Locks the integration's row for the transaction, so that no lease of it passes on meanwhile.
     *
     * @throws FencedException if the fence is older than the integration's
     */
    static void require(Handle handle, Database.Dialect dialect, String integrationId, long fence) {
        long current = handle.createQuery("SELECT fence FROM integration WHERE id = :id"
                        + ChangelogSql.of(dialect).forUpdate())
                .bind("id", integrationId)
                .mapTo(Long.class)
                .one();
        if (fence < current) {
            throw new FencedException("The lease of integration " + integrationId + " has passed on: fence " + fence
                    + " is older than " + current);
        }
    }
}
