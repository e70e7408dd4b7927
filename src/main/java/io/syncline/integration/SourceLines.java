package io.syncline.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.MessageHistory;

/** Finds the file and the line, in a source's routes or in the settings, where something that is wrong is to be mended. */
final class SourceLines {

    private static final Pattern PROPERTY = Pattern.compile("(syncline\\.integration\\.\\S+) .*", Pattern.DOTALL);

    private final String source;
    private final List<RouteFile> files;
    private final Path properties;

    /**
     * The lines of a source.
     *
     * @param files its routes, of which one has its template
     * @param properties the file of settings
     */
    SourceLines(String source, List<RouteFile> files, Path properties) {
        this.source = source;
        this.files = List.copyOf(files);
        this.properties = properties;
    }

    /** Where the page takes its form, as {@code file:line: }. */
    String ofPage() {
        RouteFile file = files.stream()
                .filter(candidate -> candidate.templates().contains(source))
                .findFirst()
                .orElseThrow();
        return file.path() + ":" + SourceRules.lineOfPage(file) + ": ";
    }

    /** The step that an exchange came to last, as {@code file:line: }. */
    String ofLastStep(Exchange exchange) {
        List<?> history = exchange.getProperty(Exchange.MESSAGE_HISTORY, List.of(), List.class);
        return history.isEmpty()
                ? ofPage()
                : files.get(0).path() + ":"
                        + ((MessageHistory) history.get(history.size() - 1))
                                .getNode()
                                .getLineNumber() + ": ";
    }

    /** What is wrong with a setting of the integration is on its line of the settings; what is missing, where the template asks for it. */
    String located(String reason) {
        Matcher property = PROPERTY.matcher(reason);
        if (!property.matches()) {
            return files.stream().anyMatch(file -> reason.startsWith(file.path().toString()))
                    ? reason
                    : files.get(0).path() + ":" + SourceRules.lineOf(files.get(0), reason) + ": " + reason;
        }
        String name = property.group(1);
        String parameter = name.substring(name.lastIndexOf('.') + 1);
        Optional<Integer> set = line(properties, "\\s*" + Pattern.quote(name) + "\\s*[=:].*");
        if (set.isPresent()) {
            return properties + ":" + set.get() + ": " + reason;
        }
        return files.stream()
                .flatMap(file ->
                        line(file.path(), "\\s*-\\s*name:\\s*\"?" + Pattern.quote(parameter) + "\"?\\s*").stream()
                                .map(line -> file.path() + ":" + line + ": " + reason))
                .findFirst()
                .orElse(reason);
    }

    private static Optional<Integer> line(Path file, String pattern) {
        try {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            for (int line = 0; line < lines.size(); line++) {
                if (lines.get(line).matches(pattern)) {
                    return Optional.of(line + 1);
                }
            }
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
