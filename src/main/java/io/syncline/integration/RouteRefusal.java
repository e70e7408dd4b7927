package io.syncline.integration;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of routes, types or queries that cannot be used as it was saved.
 *
 * @param place its name, and the line where it is known, such as {@code acme.camel.yaml:12}
 * @param reason what is wrong with it, for a person who may see what it holds
 */
public record RouteRefusal(String place, String reason) {

    private static final Pattern LINE = Pattern.compile(":\\d+");

    static RouteRefusal of(Path file, String reason) {
        Matcher line = LINE.matcher(reason);
        boolean located = reason.startsWith(file.toString())
                && line.region(file.toString().length(), reason.length()).lookingAt();
        return new RouteRefusal(file.getFileName() + (located ? line.group() : ""), reason);
    }
}
