package io.syncline.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever copies the files out of docs/adding-a-source.md, word for word, sees what it says. */
final class AddingASourceDocumentTest {

    @TempDir
    private Path folder;

    @Test
    void theSourceInTheDocumentGivesWhatTheDocumentShows() throws IOException {
        String document = Files.readString(Path.of("docs/adding-a-source.md"));
        Path source = Files.createDirectories(folder.resolve("routes/sources/acme"));
        Files.writeString(source.resolve("entities.graphqls"), block(document, "graphql"));
        Files.writeString(source.resolve("acme.camel.yaml"), block(document, "yaml"));
        String recorded = between(document, "cat > tickets.json <<'END'\n", "END\n");

        SourceCheck.Result result = new SourceCheck(source, folder.resolve("application.properties"))
                .replay(recorded.getBytes(StandardCharsets.UTF_8), Optional.empty());

        List<String> shown = block(document, "text").lines().toList();
        assertThat(result.violations()).isEmpty();
        assertThat(result.changes()).isEqualTo(shown.subList(0, 2));
        assertThat(result.notes()).containsExactly(shown.get(2));
    }

    @Test
    void everyParameterOfTheSqlSourceIsInTheDocument() throws IOException {
        String document = Files.readString(Path.of("docs/adding-a-source.md"));
        String route = Files.readString(Path.of("routes/sources/sql/sql.camel.yaml"));
        String parameters = between(route, "parameters:", "    beans:");

        List<String> names = Pattern.compile("- name: (\\S+)")
                .matcher(parameters)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(name -> !Integrations.GIVEN.contains(name))
                .toList();

        assertThat(names).hasSizeGreaterThan(8).allSatisfy(name -> assertThat(document)
                .contains("`" + name + "`"));
    }

    /** The first block of code in a language. */
    private static String block(String document, String language) {
        return between(document, "\n```" + language + "\n", "```\n");
    }

    private static String between(String text, String before, String after) {
        int start = text.indexOf(before) + before.length();
        return text.substring(start, text.indexOf(after, start));
    }
}
