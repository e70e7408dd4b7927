package io.syncline.sandbox.upstream;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One HTTP request to an upstream. Treat the body as immutable. */
public final class Call {
    private final String method;
    private final String path;
    private final Map<String, String> parameters;
    private final Map<String, String> headers;
    private final byte[] body;

    /**
     * @param method in capitals
     * @param path as sent, with the upstream's own prefix
     * @param parameters of the query, the first of each name
     * @param headers names in lower case, the first of each name
     * @param body empty where none was sent
     */
    public Call(String method, String path, Map<String, String> parameters, Map<String, String> headers, byte[] body) {
        this.method = method;
        this.path = path;
        this.parameters = Map.copyOf(parameters);
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    public String method() {
        return method;
    }

    public String path() {
        return path;
    }

    public Map<String, String> parameters() {
        return parameters;
    }

    public byte[] body() {
        return body;
    }

    /** The header's value, whatever letter case {@code name} is in. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The value of a {@code Bearer} authorization; the scheme in any letter case. */
    public Optional<String> bearer() {
        return header("authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length()))
                .map(value -> value.substring("Bearer ".length()).strip());
    }

    /** The media type of the body, in lower case and without parameters; empty text where none was named. */
    public String mediaType() {
        String type = header("content-type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** Whether the caller takes an answer of this media type, such as {@code application/json}. */
    public boolean accepts(String mediaType) {
        Optional<String> accept = header("accept");
        if (accept.isEmpty() || accept.get().isBlank()) {
            return true;
        }
        String family = mediaType.substring(0, mediaType.indexOf('/') + 1) + "*";
        for (String part : accept.get().split(",", -1)) {
            String range = part.split(";", 2)[0].strip();
            boolean refused = part.replace(" ", "").matches("(?i).*;q=0(\\.0*)?(;.*)?");
            if (!refused
                    && (range.equals("*/*") || range.equalsIgnoreCase(family) || range.equalsIgnoreCase(mediaType))) {
                return true;
            }
        }
        return false;
    }
}
