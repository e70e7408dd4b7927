package io.syncline.job;

import io.syncline.changelog.Appended;

/** Hears of what syncs do; called on the thread that syncs, so it must not wait. */
public interface SyncListener {

    /** A page was committed. */
    void appended(String integrationId, String stream, Appended appended);
}
