package io.syncline.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogFormatTest {

    /** What the tests below run in a process of its own, because a log's form holds for a whole process. */
    static final class Speaking {

        private Speaking() {}

        public static void main(String[] args) {
            LogFormat.valueOf(args[0].toUpperCase(Locale.ROOT)).apply();
            LogLevel.valueOf(args[1].toUpperCase(Locale.ROOT)).apply();
            Logger log = LoggerFactory.getLogger("io.syncline.Example");
            log.info("Said \"{}\"", "hello");
            LoggerFactory.getLogger("org.apache.camel.Example").info("framework noise");
            log.warn("Went wrong", new IllegalStateException("for a reason"));
            log.warn("Is away", new IllegalStateException(new SQLTransientConnectionException("connection refused")));
        }
    }

    @Test
    void writesPlainLinesForPeople() throws Exception {
        List<String> lines = linesOf("plain", "info");

        assertThat(lines.get(0)).matches("\\d\\d:\\d\\d:\\d\\d INFO  Example +Said \"hello\"");
        assertThat(lines.get(1)).matches("\\d\\d:\\d\\d:\\d\\d WARN  Example +Went wrong");
        assertThat(lines.get(2)).isEqualTo("java.lang.IllegalStateException: for a reason");
        assertThat(lines).last().asString().endsWith("Is away");
    }

    @Test
    void writesOneJsonObjectALineForMachines() throws Exception {
        List<String> lines = linesOf("json", "info");

        assertThat(lines).hasSize(3);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("level").asText()).isEqualTo("INFO");
        assertThat(first.get("loggerName").asText()).isEqualTo("io.syncline.Example");
        assertThat(first.get("formattedMessage").asText()).isEqualTo("Said \"hello\"");
        assertThat(new ObjectMapper()
                        .readTree(lines.get(1))
                        .get("throwable")
                        .get("message")
                        .asText())
                .isEqualTo("for a reason");
        JsonNode away = new ObjectMapper().readTree(lines.get(2));
        assertThat(away.get("formattedMessage").asText()).isEqualTo("Is away");
        assertThat(away.has("throwable")).isFalse();
    }

    @Test
    void leavesOutWhatIsBelowTheLevel() throws Exception {
        assertThat(linesOf("plain", "warn")).noneMatch(line -> line.contains("INFO"));
    }

    /** The tests' own logging configuration is kept away, so that what ships is seen. */
    private static List<String> linesOf(String format, String level) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlogback.configurationFile="
                                + Path.of("src/main/resources/logback.xml").toUri(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Speaking.class.getName(),
                        format,
                        level)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.lines().toList();
    }
}
