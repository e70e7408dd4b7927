package io.syncline.bench;

import io.syncline.changelog.Changelog;
import io.syncline.sell.DeviceRig;
import io.syncline.storage.Database;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntUnaryOperator;

/**
 * What a device of the Sell API costs that has acknowledged 1,000,000 leads: the start of a session with 10 new ones, beside the same after 1,000;
 * and the memory and disk of a hundred such devices. One of them is drained; the others are copies of its rows under other UUIDs, each of which then starts.
 */
final class SellDevicesBench implements Workload {

    private static final int MANY = 1_000_000;
    private static final int FEW = 1_000;
    private static final int NEW = 10;
    private static final int STARTS = 31;
    private static final int DEVICES = 100;

    @Override
    public String name() {
        return "sell-devices";
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        try (Database manyDatabase = setup.store(Store.Kind.SQLITE, "sell-many").open();
                Changelog many = Changelog.open(manyDatabase, Clock.systemUTC());
                Database fewDatabase =
                        setup.store(Store.Kind.SQLITE, "sell-few").open();
                Changelog few = Changelog.open(fewDatabase, Clock.systemUTC())) {
            Leads.append(many, 1, MANY, 0);
            Leads.append(few, 1, FEW, 0);
            UUID device = UUID.randomUUID();
            DeviceRig manyRig = new DeviceRig(manyDatabase, many);
            DeviceRig fewRig = new DeviceRig(fewDatabase, few);
            manyRig.drain(device);
            fewRig.drain(device);
            starts(table, device, many, manyRig, few, fewRig);
            devices(table, device, manyDatabase, many);
        }
    }

    private static void starts(
            Table table, UUID device, Changelog many, DeviceRig manyRig, Changelog few, DeviceRig fewRig)
            throws IOException {
        double[] manyMillis = new double[STARTS];
        double[] fewMillis = new double[STARTS];
        for (int round = 0; round < STARTS; round++) {
            manyMillis[round] = start(many, manyRig, device, round + 1, MANY, at -> at * 97_003 % MANY + 1);
            fewMillis[round] = start(few, fewRig, device, round + 1, FEW, at -> at * 97 % FEW + 1);
        }
        double ours = Rounds.median(manyMillis);
        double plain = Rounds.median(fewMillis);
        table.told(
                "start of a Sell session, 10 new after 1,000,000 acknowledged, beside 10 after 1,000",
                Table.number("%.2f ms", ours),
                Table.number("%.2f ms", plain) + Table.number(", %.1f times", ours / plain),
                "3 times");
    }

    private static double start(
            Changelog changelog, DeviceRig rig, UUID device, int round, int entities, IntUnaryOperator spread)
            throws IOException {
        for (int at = 0; at < NEW; at++) {
            int id = Math.abs(spread.applyAsInt(round * NEW + at)) % entities + 1;
            Leads.append(changelog, id, id, round);
        }
        long started = System.nanoTime();
        long fresh = rig.start(device);
        double millis = (System.nanoTime() - started) / 1e6;
        if (fresh != NEW) {
            throw new IOException(fresh + " were new, expected were " + NEW);
        }
        rig.drain(device);
        return millis;
    }

    private static void devices(Table table, UUID device, Database database, Changelog changelog)
            throws IOException, SQLException {
        long diskBefore = disk(database);
        List<UUID> copies = new ArrayList<>();
        for (int number = 1; number < DEVICES; number++) {
            UUID copy = UUID.randomUUID();
            copies.add(copy);
            database.jdbi().useHandle(handle -> {
                handle.createUpdate(
                                "INSERT INTO device (principal, uuid, created_at, started_at, version, positions)"
                                        + " SELECT principal, :copy, created_at, started_at, version, positions FROM device WHERE uuid = :uuid")
                        .bind("copy", copy.toString())
                        .bind("uuid", device.toString())
                        .execute();
                handle.createUpdate("INSERT INTO device_revisions (device_no, kind, chunk, revisions)"
                                + " SELECT (SELECT no FROM device WHERE uuid = :copy), kind, chunk, revisions FROM device_revisions"
                                + " WHERE device_no = (SELECT no FROM device WHERE uuid = :uuid)")
                        .bind("copy", copy.toString())
                        .bind("uuid", device.toString())
                        .execute();
            });
        }
        long bytes = database.jdbi()
                .withHandle(handle -> handle.createQuery("SELECT (SELECT SUM(LENGTH(positions) + 100) FROM device)"
                                + " + (SELECT COALESCE(SUM(LENGTH(revisions) + 50), 0) FROM device_revisions)")
                        .mapTo(Long.class)
                        .one());
        long disk = Math.max(disk(database) - diskBefore, bytes);
        DeviceRig rig = new DeviceRig(database, changelog);
        long heapBefore = heap();
        for (UUID copy : copies) {
            if (rig.start(copy) != 0) {
                throw new IOException("a device that has everything was told of something new");
            }
        }
        rig.start(device);
        long heap = Math.max(0, heap() - heapBefore);
        table.told(
                "100 Sell devices that have acknowledged 1,000,000 each, memory and disk",
                Table.number("%,.0f kB", heap / 1e3) + Table.number(" and %,.0f kB", disk / 1e3),
                "",
                "10 MB");
    }

    /** Bytes in use in the database's file. */
    private static long disk(Database database) {
        return database.jdbi().withHandle(handle -> handle.createQuery(
                        "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size")
                .mapTo(Long.class)
                .one());
    }

    private static long heap() {
        for (int time = 0; time < 3; time++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
