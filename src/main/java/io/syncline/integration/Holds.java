package io.syncline.integration;

import java.util.Set;

/** Keeps integrations from syncing while their routes are replaced. */
public interface Holds {

    /** Ends with {@link #close()}, after which what was held goes on: jobs from their checkpoints. */
    interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** Lets running jobs finish the page in hand, and returns when they have. */
    Hold hold(Set<String> integrationIds);
}
