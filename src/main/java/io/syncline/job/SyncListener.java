package io.syncline.job;

import io.syncline.changelog.Appended;

/** Hears of what syncs do; called on the thread that syncs, so it must not wait. */
public interface SyncListener {

    /** Pages of a stream were committed, so many of them. */
    void appended(String integrationId, String stream, int pages, Appended appended);
}
