package io.syncline.bench;

import io.syncline.Settings;
import io.syncline.Syncline;
import io.syncline.storage.Database;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The list of jobs, with {@value #JOBS} past ones of {@value #INTEGRATIONS} integrations, by HTTP. */
final class JobListBench implements Workload {

    private static final int JOBS = 100_000;
    private static final int INTEGRATIONS = 100;
    private static final int REQUESTS = 400;
    private static final List<String> QUERIES = List.of(
            "",
            "?limit=200",
            "?status=completed",
            "?status=failed&limit=100",
            "?integrationId=i-7",
            "?integrationId=i-7&status=completed");

    private final Store.Kind kind;
    private final HttpClient client = HttpClient.newHttpClient();

    JobListBench(Store.Kind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return "job-list-" + kind.word();
    }

    @Override
    public void run(Setup setup, Table table) throws Exception {
        Store store = setup.store(kind, name());
        try (Database database = store.open()) {
            fill(database);
        }
        int port = FreePort.next();
        Map<String, String> properties = Map.of(
                "syncline.port", Integer.toString(port),
                "syncline.data", setup.folder(name()).toString(),
                "syncline.db.url", store.url(),
                "syncline.db.user", store.user(),
                "syncline.db.password", store.password(),
                "syncline.admin.token", Requests.TOKEN);
        Syncline syncline = Syncline.start(Settings.of(properties));
        try {
            for (String query : QUERIES) {
                double[] millis = new double[REQUESTS];
                for (int request = -REQUESTS; request < REQUESTS; request++) {
                    long started = System.nanoTime();
                    ask(port, query);
                    if (request >= 0) {
                        millis[request] = (System.nanoTime() - started) / 1e6;
                    }
                }
                table.told(
                        "job list " + query + " with 100,000 jobs, median, " + kind.title(),
                        Table.number("%.2f ms", Rounds.median(millis)),
                        "",
                        "20 ms");
            }
        } finally {
            syncline.close();
        }
    }

    private void ask(int port, String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/sync/jobs" + query))
                .header("Authorization", "Bearer " + Requests.TOKEN)
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(query + " answered " + answer.body());
        }
    }

    private static void fill(Database database) throws SQLException {
        database.jdbi().useTransaction(handle -> {
            for (int integration = 0; integration < INTEGRATIONS; integration++) {
                handle.execute("INSERT INTO integration (id) VALUES (?)", "i-" + integration);
            }
            List<Integer> numbers = handle.createQuery("SELECT no FROM integration ORDER BY no")
                    .mapTo(Integer.class)
                    .list();
            PreparedBatch batch = handle.prepareBatch(
                    "INSERT INTO job (id, integration_no, type, status, created_at, started_at, completed_at, processed, progress)"
                            + " VALUES (:id, :no, 'incremental_sync', :status, :at, :at, :end, 10, 100)");
            for (int job = 0; job < JOBS; job++) {
                long at = 1_700_000_000_000L + job * 1_000L;
                batch.bind("id", "sync-job-%012x%05x".formatted(at, job))
                        .bind("no", numbers.get(job % INTEGRATIONS))
                        .bind("status", job % 20 == 0 ? "failed" : "completed")
                        .bind("at", at)
                        .bind("end", at + 400)
                        .add();
                if (job % 5_000 == 4_999) {
                    batch.execute();
                }
            }
            batch.close();
        });
        database.jdbi().useHandle(handle -> handle.execute("ANALYZE"));
    }
}
