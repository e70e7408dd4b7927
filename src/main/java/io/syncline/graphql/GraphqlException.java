package io.syncline.graphql;

import graphql.language.SourceLocation;
import java.util.List;

/**
 * A request, or a field of one, that is answered with errors. Their messages are fit to be shown to the client. Without a stack trace: it is
 * an answer, not a fault.
 */
final class GraphqlException extends RuntimeException {

    /**
     * One error.
     *
     * @param locations where in the query; empty where it is nowhere in particular
     */
    record Problem(ErrorCode code, String message, List<SourceLocation> locations) {

        /** The library repeats what was sent, however long it is. */
        private static final int LONGEST_MESSAGE = 500;

        Problem {
            message = message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "…" : message;
        }
    }

    private final List<Problem> problems;

    GraphqlException(ErrorCode code, String message) {
        this(List.of(new Problem(code, message, List.of())));
    }

    GraphqlException(List<Problem> problems) {
        super(problems.get(0).message(), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** One or more. */
    List<Problem> problems() {
        return problems;
    }
}
