package io.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings of docs/operating.md are those that there are. */
final class OperatingDocumentTest {

    private static final Pattern IN_TABLE = Pattern.compile("(?m)^\\| `(syncline\\.[a-z.-]+)` \\|");
    private static final Pattern IN_CODE = Pattern.compile("source\\s*\\.\\w+\\(\"(syncline\\.[a-z.-]+)\"");

    @Test
    void everySettingIsDocumented() throws IOException {
        assertThat(documented()).containsAll(found(IN_CODE, Path.of("src/main/java/io/syncline/Settings.java")));
    }

    @Test
    void everyDocumentedSettingIsKnown() throws IOException {
        assertThat(documented()).hasSizeGreaterThan(10).allSatisfy(property -> assertThatCode(
                        () -> Settings.of(Map.of(property, "")))
                .doesNotThrowAnyException());
    }

    private static Set<String> documented() throws IOException {
        return found(IN_TABLE, Path.of("docs/operating.md"));
    }

    private static Set<String> found(Pattern pattern, Path file) throws IOException {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(Files.readString(file));
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
