package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The settings of docs/operating.md are those that there are, and what is named anywhere in the documents is one of them. */
final class OperatingDocumentTest {

    private static final Pattern IN_TABLE = Pattern.compile("(?m)^\\| `(syncline\\.[a-z.-]+)` \\|");
    private static final Pattern IN_CODE = Pattern.compile("\"(syncline\\.[a-z.-]*[a-z])\"");
    private static final Pattern OF_GRAPHQL = Pattern.compile("PREFIX \\+ \"([a-z-]+)\"");
    private static final Pattern OF_AN_INTEGRATION =
            Pattern.compile("(?m)^\\| `syncline\\.integration\\.<id>\\.([a-z-]+)` \\|");
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w/])(syncline\\.[a-z]+(?:[.-][a-z-]*[a-z])*)");
    private static final Pattern VARIABLE = Pattern.compile("SYNCLINE_[A-Z_]+");
    private static final String OF_INTEGRATIONS = "syncline.integration";

    /** Files, and what is no setting of a running Syncline. */
    private static final Pattern NO_SETTING = Pattern.compile("syncline\\.(jar|jsa|db|db-.*|db\\.served|bench\\..*)");

    @Test
    void everySettingIsDocumented() throws IOException {
        Set<String> settings = found(IN_CODE, code("Settings"));
        settings.removeIf(name -> NO_SETTING.matcher(name).matches());
        found(OF_GRAPHQL, code("GraphqlProperties")).forEach(name -> settings.add("syncline.graphql." + name));

        assertThat(settings).hasSizeGreaterThan(20);
        assertThat(documented()).isEqualTo(settings);
    }

    @Test
    void everySettingOfAnIntegrationIsDocumented() throws IOException {
        assertThat(found(OF_AN_INTEGRATION, Path.of("docs/operating.md"))).isEqualTo(IntegrationProperties.COMMON);
    }

    @Test
    void everyDocumentedSettingIsKnown() throws IOException {
        assertThat(documented()).hasSizeGreaterThan(10).allSatisfy(property -> assertThatCode(
                        () -> Settings.of(Map.of(property, "")))
                .doesNotThrowAnyException());
    }

    @Test
    void whatAnyDocumentNamesIsASetting() throws IOException {
        Set<String> settings = documented();
        Set<String> variables =
                settings.stream().map(PropertySource::variable).collect(Collectors.toCollection(TreeSet::new));
        for (Path document : documents()) {
            assertThat(found(PROPERTY, document))
                    .as(document.toString())
                    .allMatch(property -> settings.contains(property)
                            || property.startsWith(OF_INTEGRATIONS)
                            || NO_SETTING.matcher(property).matches());
            assertThat(found(VARIABLE, document))
                    .as(document.toString())
                    .allMatch(variable -> variables.contains(variable)
                            || variable.startsWith(PropertySource.variable(OF_INTEGRATIONS)));
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> pages = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md"), Path.of("application.properties")),
                            pages.filter(page -> page.toString().endsWith(".md")))
                    .toList();
        }
    }

    private static Path code(String name) {
        return Path.of("src/main/java/io/syncline", name + ".java");
    }

    private static Set<String> documented() throws IOException {
        return found(IN_TABLE, Path.of("docs/operating.md"));
    }

    private static Set<String> found(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(match -> match.group(match.groupCount()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
