package io.syncline.integration;

/** What is noticed about a record while its values are read. For use by one thread. */
final class RecordNotes {

    private boolean partial;

    /** A related entity is not known upstream yet. */
    void notePartial() {
        partial = true;
    }

    boolean partial() {
        return partial;
    }
}
