package io.syncline.sandbox;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is to go wrong at one upstream. Immutable.
 *
 * @param status answer with this HTTP status instead
 * @param count how many requests it is for, or how many records or pages where it breaks nothing else; until it is
 *     taken back where empty
 * @param retryAfter seconds in a {@code Retry-After} header beside the status
 * @param latencyMs milliseconds that each answer waits
 * @param cut where the body ends too early
 * @param body what stands in the place of the true body
 * @param dropConnection close the connection without an answer
 * @param emptyListing pretend that there is nothing to list
 * @param sameCursor send the caller's cursor back and still promise more
 * @param duplicatePages how many pages to serve twice
 * @param poison how many records to serve broken
 * @param poisonIds break these entities alone; all where empty
 * @param asPut the request as it was put, to show it
 */
record Fault(
        OptionalInt status,
        OptionalInt count,
        OptionalInt retryAfter,
        int latencyMs,
        Cut cut,
        Body body,
        boolean dropConnection,
        boolean emptyListing,
        boolean sameCursor,
        Budget duplicatePages,
        Budget poison,
        Set<String> poisonIds,
        Map<String, Object> asPut) {

    /** Where an answer breaks off. */
    enum Cut {
        NONE,
        /** The connection closes in the middle of the announced length. */
        CONNECTION,
        /** The length is announced as that of the part: sound HTTP, broken JSON. */
        JSON
    }

    /** What an answer holds. */
    enum Body {
        TRUE,
        HTML,
        ERRORS,
        NO_CONTENT
    }

    /** How many times a record or a page is spoiled. */
    enum Kind {
        NEVER,
        ONCE_A_PAGE,
        COUNTED
    }

    /** @param count for {@link Kind#COUNTED}: how many in all */
    record Budget(Kind kind, int count) {
        static final Budget NEVER = new Budget(Kind.NEVER, 0);
        static final Budget ONCE_A_PAGE = new Budget(Kind.ONCE_A_PAGE, 0);
    }

    /** Whether it breaks whole answers, and not only single records or the order of pages. */
    boolean breaksAnswers() {
        return status.isPresent()
                || latencyMs > 0
                || cut != Cut.NONE
                || body != Body.TRUE
                || dropConnection
                || emptyListing
                || sameCursor;
    }

    boolean spoilsRecords() {
        return poison.kind() != Kind.NEVER || duplicatePages.kind() != Kind.NEVER;
    }
}
