package io.syncline.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A constant body of a page's size by the same way and the same client: the ceiling of catching up. */
final class PageBench implements Workload {

    private static final int ROUNDS = 7;
    private static final int PAGES = 200;

    @Override
    public String name() {
        return "page";
    }

    @Override
    public void run(Setup setup, Table table) throws IOException, SQLException {
        byte[] request = Requests.get(ConstantRoutes.PAGE_PATH);
        try (HttpReader reader = new HttpReader(setup.hub(Store.Kind.SQLITE).port())) {
            double[] rates = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                long started = System.nanoTime();
                for (int page = 0; page < PAGES; page++) {
                    reader.exchange(request);
                }
                rates[round] = Rounds.rate((long) PAGES * Hub.PAGE, started);
            }
            table.told(
                    "a constant body of " + ConstantRoutes.PAGE_BYTES / 1000 + " kB by the same way",
                    "",
                    Table.number("%,.0f changes/s", Rounds.median(rates)),
                    "");
        }
    }
}
