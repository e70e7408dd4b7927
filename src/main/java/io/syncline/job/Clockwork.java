package io.syncline.job;

import io.syncline.storage.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.component.quartz.QuartzComponent;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/**
 * Quartz, set up for the database: on PostgreSQL all processes share its triggers, so that each turn comes once, whichever of them are alive; an embedded
 * database has one process, and triggers in memory.
 */
final class Clockwork {

    /** A turn that is later than this was missed, and all that were are made up for by one. */
    private static final String MISSED_MILLIS = "5000";

    private Clockwork() {}

    static void setUp(CamelContext context, Database database) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "org.quartz.scheduler.instanceId", "AUTO",
                "org.quartz.scheduler.idleWaitTime", "5000",
                "org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool",
                "org.quartz.threadPool.threadCount", "10",
                "org.quartz.jobStore.misfireThreshold", MISSED_MILLIS));
        properties.putAll(
                database.dialect() == Database.Dialect.POSTGRESQL
                        ? shared(database)
                        : Map.of(
                                "org.quartz.scheduler.instanceName",
                                "syncline-" + UUID.randomUUID(),
                                "org.quartz.jobStore.class",
                                "org.quartz.simpl.RAMJobStore"));
        context.getComponent("quartz", QuartzComponent.class).setProperties(properties);
    }

    private static Map<String, String> shared(Database database) {
        // Quartz looks for its connections by a name that is the whole JVM's.
        String connections = "syncline-" + UUID.randomUUID();
        DBConnectionManager.getInstance().addConnectionProvider(connections, new Connections(database));
        String store = "org.quartz.jobStore.";
        return Map.of(
                "org.quartz.scheduler.instanceName",
                "syncline-" + databaseId(database),
                "org.quartz.scheduler.batchTriggerAcquisitionMaxCount",
                "20",
                store + "acquireTriggersWithinLock",
                "true",
                store + "class",
                "org.quartz.impl.jdbcjobstore.JobStoreTX",
                store + "driverDelegateClass",
                "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate",
                store + "tablePrefix",
                "qrtz_",
                store + "isClustered",
                "true",
                store + "clusterCheckinInterval",
                "3000",
                store + "dataSource",
                connections);
    }

    /** The same for all processes of a database, and another for another database. */
    private static long databaseId(Database database) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "SELECT oid::BIGINT FROM pg_database WHERE datname = current_database()")
                .mapTo(Long.class)
                .one());
    }

    private record Connections(Database database) implements ConnectionProvider {

        @Override
        public Connection getConnection() throws SQLException {
            return database.writer().getConnection();
        }

        @Override
        public void initialize() {
            // The pool is open already.
        }

        @Override
        public void shutdown() {
            // The pool is closed by whoever opened it.
        }
    }
}
