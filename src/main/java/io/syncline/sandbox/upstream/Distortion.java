package io.syncline.sandbox.upstream;

/** What the faults in force put on one answer of an upstream. The upstream's truth stays untouched. */
public interface Distortion {
    /** An upstream without faults. */
    Distortion NONE = new Distortion() {
        @Override
        public boolean takeDuplicatePage() {
            return false;
        }

        @Override
        public boolean emptyListing() {
            return false;
        }

        @Override
        public boolean sameCursor() {
            return false;
        }

        @Override
        public boolean takePoison(String entityId, boolean firstOfPage) {
            return false;
        }
    };

    /** Whether to serve a page again that was served before; each true takes one from the fault's budget. */
    boolean takeDuplicatePage();

    /** Whether to pretend that there is nothing to list. */
    boolean emptyListing();

    /** Whether to send the caller's cursor back and still promise more. */
    boolean sameCursor();

    /**
     * Whether to serve this record broken; each true takes one from the fault's budget.
     *
     * @param firstOfPage whether no record before it in the same page was asked about
     */
    boolean takePoison(String entityId, boolean firstOfPage);
}
