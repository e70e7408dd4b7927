package io.syncline.integration;

/** A file of routes that cannot be used; the message names the file, the line and the reason. */
public sealed class RouteFileException extends RuntimeException permits RouteFileException.OfTemplate {

    /** A route that cannot be made from a template; where the template stands, the message does not say. */
    static final class OfTemplate extends RouteFileException {

        private final String template;

        OfTemplate(String template, String message, Throwable cause) {
            super(message, cause);
            this.template = template;
        }

        String template() {
            return template;
        }
    }

    RouteFileException(String message) {
        super(message);
    }

    RouteFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
