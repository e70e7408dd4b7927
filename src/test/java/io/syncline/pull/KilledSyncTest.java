package io.syncline.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.pull.ScriptedUpstream.Answer;
import io.syncline.pull.SyncedData.JobRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of its first sync, and started again. */
final class KilledSyncTest {

    private static final int PAGES = 300;
    private static final int RECORDS = 20;
    private static final int KILLS = 4;

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private Process process;

    @AfterEach
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        upstream.close();
    }

    @Test
    void losesNothingAndAppendsNothingTwiceInOneJob() throws IOException, InterruptedException {
        upstream.script(
                "x",
                asked -> Answer.json(page(asked.cursor().map(Integer::parseInt).orElse(0))));
        SyncedData data = new SyncedData(folder.resolve("data"));
        process = start();
        for (int kill = 1; kill <= KILLS; kill++) {
            int enough = kill * PAGES / (KILLS + 1);
            Waiting.until(
                    "page " + enough,
                    () -> Optional.of(upstream.asked("x").size()).filter(asked -> asked >= enough));
            process.destroyForcibly().waitFor();
            process = start();
        }

        JobRow job = Waiting.until("the end of the first sync", () -> completed(data));

        assertThat(job.id()).isEqualTo(data.jobs("x").get(0).id());
        assertThat(job.created()).isEqualTo(PAGES * RECORDS);
        assertThat(data.entities("x", "Project")).hasSize(PAGES * RECORDS);
        assertThat(data.changes("x")).isEqualTo(PAGES * RECORDS);
        assertThat(upstream.asked("x"))
                .as(
                        "each kill asks for at most nine pages again, four being appended, four waiting and one in hand, beside the polls after the end")
                .filteredOn(asked -> !asked.cursor().equals(Optional.of(Integer.toString(PAGES))))
                .hasSizeBetween(PAGES, PAGES + 9 * KILLS);
    }

    private static Optional<JobRow> completed(SyncedData data) {
        return data.jobs("x").stream()
                .filter(row -> row.status().equals("completed"))
                .findFirst();
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
        Map.of(
                        "syncline.port", "0",
                        "syncline.data", folder.resolve("data").toString(),
                        "syncline.integration.x.source", "letsbuild",
                        "syncline.integration.x.interval", "1",
                        "syncline.integration.x.url", upstream.url("x"),
                        "syncline.integration.x.token", "t",
                        "syncline.integration.x.streams", "project")
                .forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.syncline.Syncline"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("syncline.log").toFile()))
                .start();
    }

    private static String page(int number) {
        String changes = number >= PAGES
                ? ""
                : IntStream.range(number * RECORDS, (number + 1) * RECORDS)
                        .mapToObj(KilledSyncTest::project)
                        .collect(Collectors.joining(","));
        int next = Math.min(number + 1, PAGES);
        return "{\"data\":{\"projectSync\":{\"changes\":[" + changes + "],\"cursor\":\"" + next + "\",\"hasMore\":"
                + (next < PAGES) + "}}}";
    }

    private static String project(int number) {
        String id = "00000000-0000-4000-8000-%012d".formatted(number + 1);
        return """
                {"entityId":"%s","entityType":"Project","operationType":"Created",
                 "data":{"id":"%s","name":"P%d","code":"C","isArchived":false,"sequenceVersion":%d}}
                """.formatted(id, id, number, number + 1);
    }
}
